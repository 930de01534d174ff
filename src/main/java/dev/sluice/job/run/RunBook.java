package dev.sluice.job.run;

import dev.sluice.config.SettingsException;
import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.dialect.batch.BatchResults;
import dev.sluice.model.Money;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the tries of a run's rows have cost or may have cost: before a try is sent, a line with the most that it may, on
 * disk by then; after it, one with what came of it. A try that never got its second line counts as its most. The file
 * stays beside the results, which tell only how each row ended. Thread-safe.
 */
final class RunBook implements Closeable {
    private static final String FILE = ".money";
    private static final String TRY = "try";
    private static final String MOST = "most";
    private static final String SPENT = "spent";
    private static final String AT = "at";
    private static final String ROW = "row";
    private static final String COST = "cost";
    private static final String FAILED = "failed";
    private static final String ANEW = "anew";
    private static final String UNPRICED = "unpriced";

    private final Path file;
    private final FileChannel channel;
    private final Map<Integer, RowPast> pasts;
    private int tries;
    private Money spent;

    /**
     * A try that is under way.
     *
     * @param row 0 where it is not known
     * @param most empty where the job has no budget
     */
    record Try(int number, int row, Optional<Money> most, Instant at) {
        private boolean isBounded() {
            return most.filter(amount -> amount.compareTo(Money.ZERO) > 0).isPresent();
        }
    }

    private RunBook(Path file, FileChannel channel, Reading read) {
        this.file = file;
        this.channel = channel;
        this.pasts = read.pasts();
        this.tries = read.tries;
        this.spent = read.minutes().values().stream().reduce(Money.ZERO, Money::plus);
    }

    /** @param part the run's file of rows, from which a run that was begun without a book gets one */
    static RunBook open(Path results, Path part) throws IOException {
        Path file = Path.of(results + FILE);
        boolean isNew = !Files.exists(file);
        Reading read = isNew ? Reading.ofRows(part) : Reading.ofBook(file);
        FileChannel channel = OwnerOnly.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.truncate(read.end);
            channel.position(read.end);
            RunBook book = new RunBook(file, channel, read);
            if (isNew) {
                for (Map.Entry<Instant, Money> minute : read.minutes.entrySet()) {
                    book.write(book.next(0, Optional.empty(), minute.getKey()), SPENT, minute.getValue(), Map.of());
                }
                channel.force(false);
                RunFolder.sync(file);
            }
            return book;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** What a run has spent, by the minutes in which it asked. */
    static Map<Instant, Money> byMinute(Path results, Path rows) throws IOException {
        Path file = Path.of(results + FILE);
        return (Files.exists(file) ? Reading.ofBook(file) : Reading.ofRows(rows)).minutes();
    }

    /** What has been read of a run. */
    private static final class Reading {
        private final Map<Integer, Try> begun = new HashMap<>();
        private final Map<Instant, Money> minutes = new TreeMap<>();
        private final Map<Integer, RowPast> pasts = new HashMap<>();
        private int tries;
        private long end;

        static Reading ofBook(Path file) throws IOException {
            Reading reading = new Reading();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                ResultLines lines = new ResultLines(channel);
                for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                    if (!reading.line(new String(line.get(), StandardCharsets.UTF_8))) {
                        throw new SettingsException(
                                file + ":" + lines.number() + ": is damaged, so nobody knows what the run has spent;"
                                        + " repair or remove this line");
                    }
                }
                reading.end = lines.end();
            }
            return reading;
        }

        /** By what the rows say, of a run that has no book. */
        static Reading ofRows(Path rows) throws IOException {
            Reading reading = new Reading();
            if (!Files.exists(rows)) {
                return reading;
            }
            try (FileChannel channel = FileChannel.open(rows, StandardOpenOption.READ)) {
                ResultLines lines = new ResultLines(channel);
                for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                    Optional<BatchResult> row = BatchResults.read(line.get());
                    row.flatMap(BatchResult::cost)
                            .ifPresent(cost ->
                                    add(reading.minutes, row.orElseThrow().at(), cost));
                }
            }
            return reading;
        }

        /** Whether it was a line of ours. */
        private boolean line(String text) {
            try {
                Map<String, String> values = BatchResults.values(text);
                int number = Integer.parseInt(values.getOrDefault(TRY, ""));
                Instant at = Instant.parse(values.getOrDefault(AT, ""));
                Optional<Money> bound = Money.parse(values.getOrDefault(MOST, ""));
                Optional<Money> came = Money.parse(values.getOrDefault(SPENT, ""));
                int row = Integer.parseInt(values.getOrDefault(ROW, "0"));
                bound.ifPresent(_ -> begun.put(number, new Try(number, row, bound, at)));
                came.ifPresent(amount -> {
                    begun.remove(number);
                    add(minutes, at, amount);
                });
                if (values.containsKey(COST)) {
                    note(row, values);
                }
                tries = Math.max(tries, number);
                return bound.isPresent() != came.isPresent();
            } catch (IllegalArgumentException | DateTimeException _) {
                return false;
            }
        }

        private void note(int row, Map<String, String> values) {
            RowPast past = pasts.getOrDefault(row, RowPast.NONE);
            pasts.put(
                    row,
                    past.with(
                            values.containsKey(FAILED),
                            values.containsKey(ANEW),
                            Money.parse(values.getOrDefault(COST, ""))));
        }

        /** Whoever was killed under a row does not know what its last try has cost. */
        private Map<Integer, RowPast> pasts() {
            Map<Integer, RowPast> all = new HashMap<>(pasts);
            begun.values()
                    .forEach(each -> all.merge(
                            each.row,
                            RowPast.NONE.with(false, false, Optional.empty()),
                            (past, lost) -> past.with(false, false, lost.cost())));
            return all;
        }

        private static void add(Map<Instant, Money> minutes, Instant at, Money amount) {
            minutes.merge(at.truncatedTo(ChronoUnit.MINUTES), amount, Money::plus);
        }

        private Map<Instant, Money> minutes() {
            Map<Instant, Money> all = new TreeMap<>(minutes);
            begun.values().forEach(each -> add(all, each.at, each.most.orElse(Money.ZERO)));
            return all;
        }
    }

    /** Notes that a try is about to be sent; on disk when this returns, where it may cost something. */
    synchronized Try begin(int row, Optional<Money> most, Instant at) throws IOException {
        Try next = next(row, most, at);
        if (next.isBounded()) {
            write(next, MOST, most.orElseThrow(), Map.of());
            channel.force(false);
        }
        return next;
    }

    private Try next(int row, Optional<Money> most, Instant at) {
        tries++;
        return new Try(tries, row, most, at);
    }

    /** Notes what came of it. Lost with the power, it only counts for more than it was. */
    synchronized void end(Try begun, Reply reply) throws IOException {
        Money toll = reply.toll(begun.most());
        spent = spent.plus(toll);
        Map<String, String> told = reply.good() ? Map.of() : told(begun, reply);
        if (begun.isBounded() || !toll.equals(Money.ZERO) || !told.isEmpty()) {
            write(begun, SPENT, toll, told);
        }
    }

    /** What the row's next start must know; of a good answer nothing, for there is none. */
    private static Map<String, String> told(Try begun, Reply reply) {
        Map<String, String> told = new LinkedHashMap<>();
        boolean failed = Verdict.isFailure(reply) && !reply.wantsMoreThan(begun.most);
        boolean free = reply.share().equals(Optional.of(Money.ZERO));
        if (free && !failed && !reply.isAboutLostCall()) {
            return told;
        }
        told.put(COST, reply.share().map(Money::toString).orElse(UNPRICED));
        if (failed) {
            told.put(FAILED, "1");
        }
        if (reply.isAboutLostCall()) {
            told.put(ANEW, "1");
        }
        return told;
    }

    private void write(Try each, String what, Money amount, Map<String, String> more) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(TRY, Integer.toString(each.number));
        values.put(what, amount.toString());
        values.put(AT, each.at.toString());
        if (each.row > 0) {
            values.put(ROW, Integer.toString(each.row));
        }
        values.putAll(more);
        ByteBuffer bytes = ByteBuffer.wrap(BatchResults.line(values));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** What the row has gone through in earlier starts; it is told once. */
    synchronized RowPast past(int row) {
        return Optional.ofNullable(pasts.remove(row)).orElse(RowPast.NONE);
    }

    /** What all tries so far have cost, or may have where nobody knows. */
    synchronized Money spent() {
        return spent;
    }

    /** Whether no try was ever begun. */
    synchronized boolean isUntouched() {
        return tries == 0;
    }

    void discard() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
