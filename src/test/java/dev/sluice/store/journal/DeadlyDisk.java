package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.store.DataFolder;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A ledger's disk at which the process dies, at a moment that a test names. The first sync is that of the first
 * segment's head, the second that of the first batch, and so on; the start puts into the archive twice.
 */
public final class DeadlyDisk {
    /** As a process ends by {@code kill -9}. */
    public static final int KILLED = 137;

    private final Moment moment;
    private final int number;
    private int syncs;
    private int puts;

    /** When it happens, together with a number. */
    public enum Moment {
        /** The bytes of the sync with this number have been handed to the system, which keeps them. */
        BEFORE_SYNC,
        /** The same, but the power goes, too: what was not synced is gone. */
        WITHOUT_POWER_BEFORE_SYNC,
        AFTER_SYNC,
        /** Nobody dies: this sync never returns. */
        IN_SYNC_FOR_EVER,
        BEFORE_PUT,
        /** While the archive's database writes. */
        IN_PUT,
        AFTER_PUT,
        /** Once the first segment of several has been removed, whose records are all in the archive. */
        IN_CLEARING,
        /** Nobody dies: from this put on the archive takes nothing, so that all stays in the journal. */
        NO_MORE_PUTS
    }

    public DeadlyDisk(Moment moment, int number) {
        this.moment = moment;
        this.number = number;
    }

    /** As the program opens its ledger. */
    public JournaledLedger open(DataFolder folder, JournalSettings settings, Archive archive, Clocks clocks)
            throws IOException {
        Path journal = folder.path().resolve("journal");
        DataFolder.makeFolder(journal);
        if (moment == Moment.IN_CLEARING && !live(journal).isEmpty()) {
            Path first = live(journal).getFirst();
            dieWhen(() -> !Files.exists(first));
        }
        return JournaledLedger.open(
                folder,
                settings.withSegments(1 << 20, 16),
                new Watched(archive, folder.path().resolve("sluice.db-wal")),
                clocks,
                new DeadlySync(journal));
    }

    private static List<Path> live(Path journal) throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(file -> file.getFileName().toString().startsWith("journal-"))
                    .sorted()
                    .toList();
        }
    }

    private static void die() {
        Runtime.getRuntime().halt(KILLED);
    }

    private static void dieWhen(BooleanSupplier happens) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!happens.getAsBoolean()) {
                Thread.onSpinWait();
            }
            die();
        });
    }

    private boolean isNow(Moment candidate, int count) {
        return moment == candidate && count == number;
    }

    private final class DeadlySync implements Sync {
        private final Path journal;
        private byte[] synced = {};

        private DeadlySync(Path journal) {
            this.journal = journal;
        }

        @Override
        public void force(FileChannel channel) throws IOException {
            syncs++;
            if (isNow(Moment.BEFORE_SYNC, syncs)) {
                die();
            }
            if (isNow(Moment.WITHOUT_POWER_BEFORE_SYNC, syncs)) {
                losePower(live(journal).getLast());
            }
            if (isNow(Moment.IN_SYNC_FOR_EVER, syncs)) {
                System.out.println("waiting for ever");
                while (true) {
                    LockSupport.park();
                }
            }
            channel.force(false);
            if (isNow(Moment.AFTER_SYNC, syncs)) {
                die();
            }
            remember();
        }

        private void remember() throws IOException {
            if (moment == Moment.WITHOUT_POWER_BEFORE_SYNC && !live(journal).isEmpty()) {
                synced = Files.readAllBytes(live(journal).getLast());
            }
        }

        /** A segment has its name, and a synced head, before its first batch. */
        private void losePower(Path segment) throws IOException {
            byte[] bytes = Files.readAllBytes(segment);
            byte[] onlyHead = Arrays.copyOf(Arrays.copyOf(bytes, Segment.HEAD), bytes.length);
            Files.write(segment, synced.length > 0 ? synced : onlyHead);
            die();
        }
    }

    private final class Watched implements Archive {
        private final Archive archive;
        private final Path log;

        private Watched(Archive archive, Path log) {
            this.archive = archive;
            this.log = log;
        }

        @Override
        public long position() {
            return archive.position();
        }

        @Override
        public int put(List<Attempt> attempts, List<Amendment> amendments, long position) throws IOException {
            puts++;
            if (moment == Moment.NO_MORE_PUTS && puts >= number) {
                throw new IOException("it takes nothing");
            }
            if (isNow(Moment.BEFORE_PUT, puts)) {
                die();
            }
            if (isNow(Moment.IN_PUT, puts)) {
                long size = size();
                dieWhen(() -> size() != size);
            }
            int added = archive.put(attempts, amendments, position);
            if (isNow(Moment.AFTER_PUT, puts) || isNow(Moment.IN_PUT, puts)) {
                die(); // At the latest: a short write may be over before anybody sees it.
            }
            return added;
        }

        private long size() {
            return log.toFile().length();
        }

        @Override
        public int forget(Instant before, int most) throws IOException {
            return archive.forget(before, most);
        }

        @Override
        public void close() throws IOException {
            archive.close();
        }
    }
}
