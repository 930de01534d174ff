package dev.sluice.job.run;

import dev.sluice.job.Job;
import dev.sluice.model.Money;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder in which the runs of jobs lie: {@code NAME-RUN.jsonl}, with {@code .part} behind it until it is whole. */
public final class RunFolder {
    static final String PART = ".part";

    private static final String RESULTS = ".jsonl";

    private final Path folder;

    public RunFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The folder for a job's runs.
     *
     * @param usual where the job names none
     */
    public static RunFolder of(Job job, Path usual) {
        return new RunFolder(job.results().orElse(usual));
    }

    /**
     * A run on disk.
     *
     * @param began to the second
     */
    public record Run(String job, String id, Instant began, Path file, boolean whole) {}

    /** Keeps every other run of the job away until it is closed. */
    public static final class Turn implements Closeable {
        private final FileChannel channel;

        private Turn(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Takes the job's turn; empty where it runs already, in this process or in another one. */
    public Optional<Turn> turn(String job) throws IOException {
        OwnerOnly.makeFolder(folder);
        FileChannel channel =
                OwnerOnly.open(folder.resolve(job + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isPresent()) {
                return Optional.of(new Turn(channel));
            }
            channel.close();
            return Optional.empty();
        } catch (OverlappingFileLockException _) {
            channel.close();
            return Optional.empty();
        }
    }

    Path results(String job, String run) {
        return folder.resolve(job + "-" + run + RESULTS);
    }

    /** What a file of rows is called when it is whole. */
    static Path results(Path file) {
        String name = file.toString();
        return name.endsWith(PART) ? Path.of(name.substring(0, name.length() - PART.length())) : file;
    }

    /** All runs of the job, the oldest first. */
    public List<Run> runs(String job) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Pattern name = Pattern.compile(Pattern.quote(job) + "-(" + RunId.PATTERN + ")" + Pattern.quote(RESULTS) + "("
                + Pattern.quote(PART) + ")?");
        List<Run> runs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher found = name.matcher(file.getFileName().toString());
                if (found.matches()) {
                    RunId id = new RunId(found.group(1));
                    runs.add(new Run(job, id.text(), id.began(), file, found.start(2) < 0));
                }
            }
        }
        runs.sort(Comparator.comparing(Run::id).thenComparing(Run::whole, Comparator.reverseOrder()));
        return runs;
    }

    /** The newest run that is not whole, where it is the newest of all. */
    public Optional<Run> unfinished(String job) throws IOException {
        List<Run> runs = runs(job);
        return runs.isEmpty() || runs.getLast().whole() ? Optional.empty() : Optional.of(runs.getLast());
    }

    /** What the job's runs have spent in this month, whenever they began. */
    Money spent(String job, YearMonth month, ZoneId zone) throws IOException {
        Money spent = Money.ZERO;
        Set<String> seen = new HashSet<>();
        for (Run run : runs(job)) {
            if (seen.add(run.id())) { // A crash may leave a run whole and in parts.
                for (Map.Entry<Instant, Money> minute :
                        RunBook.byMinute(results(run.file()), run.file()).entrySet()) {
                    boolean counts =
                            YearMonth.from(minute.getKey().atZone(zone)).equals(month);
                    spent = counts ? spent.plus(minute.getValue()) : spent;
                }
            }
        }
        return spent;
    }

    /** Makes durable which files there are. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
