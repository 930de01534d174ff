package dev.sluice.store.journal;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One thread's record by {@code strace -y} of how it changed files, and of what it said. */
final class SystemCalls {
    /** What is recorded: all by which files and names change, or become durable. */
    static final String RECORDED = "openat,open,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink";

    private static final Pattern OPEN = Pattern.compile("(?:AT_FDCWD<[^>]*>, )?\"([^\"]+)\", (\\S+?)(?:, \\d+)?");
    private static final Pattern NAMED = Pattern.compile("\"([^\"]+)\".*");
    private static final Pattern RENAMED = Pattern.compile("\"([^\"]+)\", \"([^\"]+)\"");
    private static final int OUT = 1;

    private final ForgetfulDisk disk;
    private final Consumer<String> said;
    private final Syncing beforeSync;

    /** Is told of each sync before it happens. */
    @FunctionalInterface
    interface Syncing {
        void next() throws IOException;
    }

    SystemCalls(ForgetfulDisk disk, Consumer<String> said, Syncing beforeSync) {
        this.disk = disk;
        this.said = said;
        this.beforeSync = beforeSync;
    }

    /** Lets everything in the record happen again to the disk. */
    void replay(Path record) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(record, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        }
    }

    private void take(String line) throws IOException {
        int end = line.lastIndexOf(") ");
        int open = line.indexOf('(');
        if (open < 0 || end < open || line.startsWith("-1", line.lastIndexOf("= ") + 2)) {
            return; // A signal, an end, or what the system refused.
        }
        String call = line.substring(0, open);
        String arguments = line.substring(open + 1, end);
        switch (call) {
            case "open", "openat" -> open(arguments);
            case "mkdir" -> path(NAMED.matcher(arguments)).ifPresent(path -> disk.make(path, true));
            case "unlink" -> path(NAMED.matcher(arguments)).ifPresent(disk::remove);
            case "rename" -> rename(arguments);
            default -> withFile(call, arguments);
        }
    }

    private Optional<Path> path(Matcher named) {
        return named.matches() ? Optional.of(Path.of(named.group(1))).filter(disk::has) : Optional.empty();
    }

    private void open(String arguments) {
        Matcher found = OPEN.matcher(arguments);
        if (found.matches() && found.group(2).contains("O_CREAT")) {
            Path path = Path.of(found.group(1));
            if (disk.has(path)) {
                disk.make(path, false);
            }
        }
    }

    private void rename(String arguments) {
        Matcher names = RENAMED.matcher(arguments);
        if (names.matches() && disk.has(Path.of(names.group(1)))) {
            disk.rename(Path.of(names.group(1)), Path.of(names.group(2)));
        }
    }

    private void withFile(String call, String arguments) throws IOException {
        int end = arguments.indexOf('>');
        int start = arguments.indexOf('<');
        if (start < 0 || end < start) {
            return;
        }
        int number = Integer.parseInt(arguments.substring(0, start));
        Path path = Path.of(arguments.substring(start + 1, end));
        String rest = end + 3 <= arguments.length() ? arguments.substring(end + 3) : "";
        if (number == OUT) {
            said.accept(new String(bytes(rest), StandardCharsets.UTF_8).strip());
        } else if (disk.has(path)) {
            change(call, path, rest);
        }
    }

    private void change(String call, Path path, String rest) throws IOException {
        switch (call) {
            case "fsync", "fdatasync" -> {
                beforeSync.next();
                disk.sync(path);
            }
            case "ftruncate" -> disk.cut(path, Long.parseLong(rest));
            case "pwrite64" -> disk.write(path, Long.parseLong(rest.substring(rest.lastIndexOf(' ') + 1)), bytes(rest));
            default -> throw new AssertionError("not expected below the folder: " + call + " " + path);
        }
    }

    /** A text in C's spelling, from its first to its last quote. */
    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() / 2);
        int at = 1;
        while (text.charAt(at) != '"') {
            char letter = text.charAt(at++);
            if (letter != '\\') {
                out.write(letter);
                continue;
            }
            int octal = at;
            while (octal < at + 3 && text.charAt(octal) >= '0' && text.charAt(octal) <= '7') {
                octal++;
            }
            if (octal > at) {
                out.write(Integer.parseInt(text.substring(at, octal), 8));
                at = octal;
            } else {
                out.write(plain(text.charAt(at++)));
            }
        }
        return out.toByteArray();
    }

    private static int plain(char escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'v' -> 0x0b;
            case 'f' -> '\f';
            default -> escaped;
        };
    }
}
