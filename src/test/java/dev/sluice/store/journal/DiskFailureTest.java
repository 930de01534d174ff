package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.LedgerContract;
import dev.sluice.ledger.Samples;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.testing.SmallDisk;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFailureTest {
    @TempDir
    private Path path;

    @Test
    void aFailedSyncRefusesAndIsNeverTriedAgainAsIfNothingHadBeen() throws IOException { // L06
        BrokenSync disk = new BrokenSync();
        try (Books books = Books.open(path, Books.SMALL, disk)) {
            assertThat(books.intend("before")).isEqualTo("durable");
            disk.isBroken = true;
            assertThat(books.intend("refused")).startsWith("refused: the ledger's disk has failed: EIO");
            books.ledger().settle(Samples.settled("before", 9));
            assertThat(books.intend("refused too")).startsWith("refused: the ledger's disk has failed");
            assertThat(books.ledger().trouble()).isPresent();
            disk.isBroken = false;
            Books.until("the disk is back", () -> books.ledger().trouble().isEmpty());
            assertThat(books.intend("after")).isEqualTo("durable");
        }
        assertThat(disk.triedAgain).isEmpty();
        assertThat(Books.column(path, "SELECT attempt_id || cost FROM attempt")).containsExactly("before9");
        try (Books books = Books.open(path)) {
            assertThat(books.ledger().recovery().inDoubt())
                    .as("only the one after")
                    .isEqualTo(1);
        }
    }

    @Test
    void aSlowDiskHoldsABoundedQueueAndRefusesOverIt() throws IOException { // L07
        CountDownLatch slow = new CountDownLatch(1);
        Sync disk = channel -> {
            await(slow);
            channel.force(false);
        };
        try (Books books = Books.open(path, Books.SMALL.withBounds(10, 100, 1000), disk)) {
            List<LedgerContract.Answer> answers = new ArrayList<>();
            for (int number = 0; number < 60; number++) {
                LedgerContract.Answer answer = new LedgerContract.Answer();
                books.ledger().intend(Samples.intent("a" + number), Runnable::run, answer);
                answers.add(answer);
            }
            assertThat(answers.getLast().next()).isEqualTo("refused: too many records wait for the ledger's disk");
            slow.countDown();
            assertThat(answers.getFirst().next()).isEqualTo("durable");
        }
    }

    @Test
    void anArchiveThatFailsStopsNewAttemptsBeforeTheJournalGrowsForEver() throws IOException {
        try (DataFolder folder = DataFolder.lock(path)) {
            BrokenArchive archive = new BrokenArchive(SqliteArchive.open(folder));
            JournalSettings settings = Books.SMALL.withBounds(1000, 1000, 50);
            JournaledLedger ledger = JournaledLedger.open(folder, settings, archive, Clocks.SYSTEM);
            archive.isBroken = true;
            LedgerContract.Answer refused = new LedgerContract.Answer();
            Books.until("the bound is reached", () -> {
                ledger.record(Samples.intent("a"), Samples.settled("a", 1));
                return ledger.trouble()
                        .filter("the archive has failed: disk full"::equals)
                        .isPresent();
            });
            ledger.intend(Samples.intent("b"), Runnable::run, refused);
            assertThat(refused.next()).isEqualTo("refused: the archive has failed: disk full");
            archive.isBroken = false;
            Books.until("the archive is back", () -> ledger.trouble().isEmpty());
            ledger.close();
        }
        assertThat(Books.column(path, "SELECT attempt_id FROM attempt")).containsExactly("a");
    }

    @Test
    void aDiskThatFailsOnceAllIsArchivedLeavesAJournalThatCanBeRead() throws IOException {
        BrokenSync sync = new BrokenSync();
        Books books = Books.open(path, Books.SMALL, sync);
        books.intend("a");
        books.ledger().settle(Samples.settled("a", 5));
        long mark = books.ledger().said();
        Books.until("all is archived", () -> books.ledger().hasArchived(mark));
        sync.isBroken = true;
        books.close();
        try (Books again = Books.open(path)) {
            assertThat(again.ledger().recovery().inDoubt()).isZero();
            assertThat(again.intend("b")).isEqualTo("durable");
        }
        assertThat(Books.column(path, "SELECT cost FROM attempt WHERE attempt_id = 'a'"))
                .containsExactly("5");
    }

    @Test
    void aFullDiskRefusesBeforeAnythingIsSentAndResumesByItself() throws Exception { // L08
        try (SmallDisk disk = SmallDisk.mount(path, 12)) {
            int durable = bookUntilFullAndBack(disk);
            try (Books again = Books.open(disk.path())) {
                assertThat(again.ledger().recovery().inDoubt()).isEqualTo(durable);
            }
        }
    }

    /** Returns how many intents were made durable. */
    private static int bookUntilFullAndBack(SmallDisk disk) throws IOException {
        int[] number = {0};
        try (Books books = Books.open(disk.path())) {
            disk.fill();
            while (books.intend("a" + number[0]).equals("durable")) {
                number[0]++;
            }
            books.ledger().settle(Samples.settled("a0", 5));
            disk.makeSpace();
            Books.until("the disk has space", () -> books.intend("b").equals("durable"));
            Books.until(
                    "the archive is back",
                    () -> Books.column(disk.path(), "SELECT attempt_id FROM attempt")
                            .equals(List.of("a0")));
        }
        return number[0];
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("never released");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final class BrokenSync implements Sync {
        private final Set<FileChannel> failed = ConcurrentHashMap.newKeySet();
        private final Set<FileChannel> triedAgain = ConcurrentHashMap.newKeySet();
        private volatile boolean isBroken;

        @Override
        public void force(FileChannel channel) throws IOException {
            if (failed.contains(channel)) {
                triedAgain.add(channel);
            }
            if (isBroken) {
                failed.add(channel);
                throw new IOException("EIO");
            }
            channel.force(false);
        }
    }

    private static final class BrokenArchive implements Archive {
        private final Archive archive;
        private volatile boolean isBroken;

        BrokenArchive(Archive archive) {
            this.archive = archive;
        }

        @Override
        public long position() {
            return archive.position();
        }

        @Override
        public int put(List<Attempt> attempts, List<Amendment> amendments, long position) throws IOException {
            if (isBroken) {
                throw new IOException("disk full");
            }
            return archive.put(attempts, amendments, position);
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
