package dev.sluice.store.billing;

import dev.sluice.store.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ids that have been sent, one a line, in a file of the data folder that only grows: the biller's own memory is too
 * short to send a month again. Held by one process at a time; for one thread.
 */
public final class SentFile implements Closeable {
    private static final String FILE = "billing.sent";

    private final FileChannel out;
    private final Set<String> ids;

    private SentFile(FileChannel out, Set<String> ids) {
        this.out = out;
        this.ids = ids;
    }

    /** @throws IOException also where another process is sending */
    public static SentFile open(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        DataFolder.makeFile(file);
        FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND);
        try {
            Optional<FileLock> lock = Optional.ofNullable(out.tryLock());
            if (lock.isEmpty()) {
                throw new IOException("another 'sluice billing send' is under way");
            }
            String noted = Files.readString(file);
            SentFile sent = new SentFile(out, noted.lines().collect(Collectors.toCollection(HashSet::new)));
            if (!noted.isEmpty() && !noted.endsWith("\n")) {
                sent.write("\n"); // The machine stopped within a line: the next id must not become the rest of it.
            }
            return sent;
        } catch (IOException | RuntimeException failed) {
            out.close();
            throw failed;
        }
    }

    /** Whether the id was noted, by this or by an earlier run. */
    public boolean has(String id) {
        return ids.contains(id);
    }

    /** Notes an id. It is on disk when this returns: a day later the biller would count it again. */
    public void add(String id) throws IOException {
        if (ids.add(id)) {
            write(id + "\n");
            out.force(false);
        }
    }

    private void write(String text) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (left.hasRemaining()) {
            out.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
