package dev.sluice.job.run;

import dev.sluice.config.SettingsException;
import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.dialect.batch.BatchResults;
import dev.sluice.job.Rows;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A run that is not whole yet: a first line about the run, then a line for each finished row in the order in which they
 * ended, each on disk before the next row of the same place is asked. A last line that was torn by a crash is cut off.
 * When all rows are there the results are written in the order of the input, and take their final name in one step.
 * Thread-safe.
 */
final class PartFile implements Closeable {
    /** A row that failed in so many starts stays failed: each asks it again, at a price. */
    private static final int MOST_STARTS = 3;

    private final Path file;
    private final FileChannel channel;
    private final RunBook book;
    private final Head head;
    private final BitSet done = new BitSet();
    private final Map<Integer, Integer> failedStarts = new HashMap<>();
    private final long[] offsets;
    private final int[] lengths;
    private int failed;

    /** What the first line says. */
    record Head(String job, String run, String fingerprint, int rows) {
        Head {
            if (rows < 0 || rows > Rows.MOST_ROWS) {
                throw new IllegalArgumentException("a run has 0 to " + Rows.MOST_ROWS + " rows");
            }
        }
    }

    private PartFile(Path file, FileChannel channel, RunBook book, Head head) {
        this.file = file;
        this.channel = channel;
        this.book = book;
        this.head = head;
        this.offsets = new long[head.rows + 1];
        this.lengths = new int[head.rows + 1];
    }

    static PartFile begin(Path results, Head head) throws IOException {
        Path file = Path.of(results + RunFolder.PART);
        FileChannel channel =
                OwnerOnly.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            PartFile part = new PartFile(file, channel, RunBook.open(results, file), head);
            Map<String, String> first = new LinkedHashMap<>();
            first.put("job", head.job);
            first.put("run", head.run);
            first.put("fingerprint", head.fingerprint);
            first.put("rows", Integer.toString(head.rows));
            part.append(BatchResults.line(first));
            RunFolder.sync(file);
            return part;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** @param again whether failed rows are to be asked again */
    static PartFile resume(Path file, boolean again) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ResultLines lines = new ResultLines(channel);
            Head head = head(file, lines.next());
            PartFile part = new PartFile(file, channel, RunBook.open(RunFolder.results(file), file), head);
            for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                Optional<BatchResult> result = BatchResults.read(line.get());
                if (result.isEmpty() || result.get().row() < 1 || result.get().row() > part.head.rows) {
                    throw new SettingsException(
                            file + ":" + lines.number()
                                    + ": is damaged; repair or remove this line to go on with the run, or begin a new one with --new");
                }
                part.note(result.get(), lines.from(), line.get().length, again);
            }
            channel.truncate(lines.end());
            channel.position(lines.end());
            return part;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    private static Head head(Path file, Optional<byte[]> line) {
        try {
            Map<String, String> values = BatchResults.values(new String(line.orElseThrow(), StandardCharsets.UTF_8));
            return new Head(
                    values.getOrDefault("job", ""),
                    values.getOrDefault("run", ""),
                    values.getOrDefault("fingerprint", ""),
                    Integer.parseInt(values.getOrDefault("rows", "")));
        } catch (IllegalArgumentException | NoSuchElementException broken) {
            throw new SettingsException(file + ":1: does not say what run it is of; begin a new one with --new");
        }
    }

    Head head() {
        return head;
    }

    synchronized boolean isDone(int row) {
        return done.get(row);
    }

    synchronized int doneRows() {
        return done.cardinality();
    }

    synchronized boolean isWhole() {
        return done.cardinality() == head.rows;
    }

    synchronized int failedRows() {
        return failed;
    }

    /** What the run has spent, in all its starts. */
    RunBook book() {
        return book;
    }

    /** Writes a row down; it is on disk when this returns. */
    synchronized void add(BatchResult result) throws IOException {
        byte[] line = BatchResults.line(result);
        note(result, channel.position(), line.length - 1, false);
        append(line);
    }

    private void append(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    private void note(BatchResult result, long offset, int length, boolean again) {
        if (result.failed() && again && failedStarts.merge(result.row(), 1, Integer::sum) < MOST_STARTS) {
            return;
        }
        failed += result.failed() ? 1 : 0;
        done.set(result.row());
        offsets[result.row()] = offset;
        lengths[result.row()] = length;
    }

    /** Puts the rows in order and gives the file its final name. All rows must be done. */
    synchronized Path finish() throws IOException {
        Path results = RunFolder.results(file);
        Path ordered = Path.of(results + ".tmp");
        try (FileChannel out = OwnerOnly.open(
                ordered, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            // Not closed: that would close the channel before it is synced.
            OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(out), 1 << 16);
            for (int row = 1; row <= head.rows; row++) {
                buffered.write(read(offsets[row], lengths[row]));
                buffered.write('\n');
            }
            buffered.flush();
            out.force(true);
        }
        Files.move(ordered, results, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        RunFolder.sync(results);
        Files.deleteIfExists(file);
        return results;
    }

    private byte[] read(long offset, int length) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(length);
        while (line.hasRemaining()) {
            if (channel.read(line, offset + line.position()) < 0) {
                throw new IOException(file + " is shorter than what was written to it");
            }
        }
        return line.array();
    }

    /** Takes the files away again where the run ended before its first try; to be called when this is closed. */
    synchronized void discardUntouched() throws IOException {
        if (done.isEmpty() && book.isUntouched()) {
            Files.deleteIfExists(file);
            book.discard();
        }
    }

    @Override
    public void close() throws IOException {
        book.close();
        channel.close();
    }
}
