package dev.sluice.store.journal;

import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The segment files: live ones named by their first sequence, and spare ones ready for use. Thread-safe: the writer
 * takes segments, the copier gives them back and prepares new ones.
 */
final class SegmentFolder {
    private static final String LIVE = "journal-";
    private static final String SPARE = "spare-";
    private static final int FILL = 1 << 20;

    private final Path path;
    private final int segmentBytes;
    private final int most;
    private final Sync sync;
    private final ConcurrentLinkedQueue<Path> spares = new ConcurrentLinkedQueue<>();
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();

    SegmentFolder(Path path, JournalSettings settings, Sync sync) throws IOException {
        this.path = path;
        this.segmentBytes = settings.segmentBytes();
        this.most = settings.segments();
        this.sync = sync;
        DataFolder.makeFolder(path);
    }

    /** Live segments left by the last run, the oldest first. */
    List<Path> found() throws IOException {
        return list(LIVE);
    }

    /** Removes what the last run left; only when all of it is in the archive. The oldest first, so that no gap appears. */
    void clear(List<Path> segments) throws IOException {
        for (Path segment : segments) {
            Files.deleteIfExists(segment);
            DataFolder.syncFolder(path);
        }
        for (Path spare : list(SPARE)) {
            if (spares.isEmpty() && Files.size(spare) == segmentBytes) {
                keep(spare);
            } else {
                Files.deleteIfExists(spare);
            }
        }
    }

    /** Filling a segment takes long, so the next run begins with what the last one had ready. */
    private void keep(Path spare) {
        String number = spare.getFileName().toString().substring(SPARE.length());
        names.accumulateAndGet(Integer.parseInt(number), Math::max);
        files.incrementAndGet();
        spares.add(spare);
    }

    private List<Path> list(String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path, prefix + "*")) {
            all.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    /** The first sequence of a live segment, by its name. */
    static long base(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(LIVE.length(), LIVE.length() + 19));
    }

    /** Turns a spare into the live segment that begins at {@code base}. */
    Segment activate(long base) throws IOException {
        Path spare = spares.poll();
        if (spare == null) {
            spare = fill();
        }
        try {
            return Segment.open(begin(spare, base), segmentBytes, sync);
        } catch (IOException e) {
            files.decrementAndGet();
            throw e;
        }
    }

    /** Under a live name only with its head durable; after an exception there is neither file. */
    private Path begin(Path spare, long base) throws IOException {
        Path live = path.resolve(String.format(Locale.ROOT, "%s%019d-%06d", LIVE, base, names.incrementAndGet()));
        try {
            Segment.begin(spare, base, sync);
            Files.move(spare, live, StandardCopyOption.ATOMIC_MOVE);
            DataFolder.syncFolder(path);
            return live;
        } catch (IOException e) {
            Files.deleteIfExists(spare);
            Files.deleteIfExists(live);
            throw e;
        }
    }

    /**
     * Leaves a segment without room for any record, to be called when all there are have been archived and no more will
     * come: the next run has nothing to read, and still notices an archive that is older than this one.
     *
     * @param base the sequence that the next record will get
     */
    void end(long base) throws IOException {
        Path empty = path.resolve(SPARE + names.incrementAndGet());
        DataFolder.makeFile(empty);
        begin(empty, base);
    }

    /** Prepares a spare ahead of need: filling one takes long. */
    void prepare() throws IOException {
        if (spares.isEmpty() && files.get() < most) {
            spares.add(fill());
        }
    }

    /** Takes a live segment back whose records are not needed any more. */
    void recycle(Segment segment) throws IOException {
        segment.close();
        if (segment.isAbandoned() || !spares.isEmpty()) {
            Files.deleteIfExists(segment.file());
            files.decrementAndGet();
        } else {
            Path spare = path.resolve(SPARE + names.incrementAndGet());
            Files.move(segment.file(), spare, StandardCopyOption.ATOMIC_MOVE);
            spares.add(spare);
        }
        DataFolder.syncFolder(path);
    }

    private Path fill() throws IOException {
        if (files.incrementAndGet() > most) {
            files.decrementAndGet();
            throw new IOException("all " + most + " journal segments are in use: the archive is too far behind");
        }
        Path file = path.resolve(SPARE + names.incrementAndGet());
        try {
            DataFolder.makeFile(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(FILL, segmentBytes));
                for (int at = 0; at < segmentBytes; ) {
                    at += channel.write(zeros.position(0).limit(Math.min(zeros.capacity(), segmentBytes - at)), at);
                }
                channel.force(true);
            }
            return file;
        } catch (IOException e) {
            files.decrementAndGet();
            Files.deleteIfExists(file);
            throw e;
        }
    }
}
