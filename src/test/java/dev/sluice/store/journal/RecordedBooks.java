package dev.sluice.store.journal;

import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Samples;
import dev.sluice.model.Caller;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.time.Clocks;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A program that books on one thread, in steps that a seed decides, so that every write and sync of it can be recorded in
 * order. It lives several times in one folder, and says, with one system call a line, what it would tell others:
 * {@code durable ID} for an intent that may be sent, {@code booked ID NANOS} for an end that reports show.
 */
final class RecordedBooks {
    private static final int LIVES = 3;

    /** Long, so that segments of the journal come to their end. */
    private static final String RUN = "r".repeat(6_000);

    private final Random random;
    private final JournaledLedger ledger;
    private final String prefix;
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final List<String> running = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private int number;

    private record Ended(String id, long mark) {}

    private RecordedBooks(Random random, JournaledLedger ledger, String prefix) {
        this.random = random;
        this.ledger = ledger;
        this.prefix = prefix;
    }

    /** What an attempt costs that ends. */
    static long cost(String id) {
        return Math.floorMod(id.hashCode(), 900) + 1L;
    }

    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        int steps = Integer.parseInt(arguments[2]);
        for (int life = 0; life < LIVES; life++) {
            try (DataFolder folder = DataFolder.lock(path);
                    SqliteArchive archive = SqliteArchive.open(folder)) {
                JournaledLedger ledger =
                        JournaledLedger.stepped(folder, Books.SMALL, archive, Clocks.SYSTEM, Sync.DATA);
                new RecordedBooks(random, ledger, life + "-").live(steps / LIVES);
            }
        }
    }

    private void live(int steps) throws IOException {
        for (int step = 0; step < steps; step++) {
            int what = random.nextInt(100);
            if (what < 45) {
                intend();
            } else if (what < 65) {
                endOne();
            } else if (what < 90) {
                ledger.writeOnce();
            } else {
                ledger.copyOnce();
                sayWhatIsBooked();
            }
        }
    }

    private void intend() {
        String id = prefix + number++;
        ledger.intend(intent(id), Runnable::run, new Ledger.Intended() {
            @Override
            public void durable() {
                running.add(id);
                say("durable " + id);
            }

            @Override
            public void refused(Failure.LedgerUnavailable failure) {
                throw new IllegalStateException(failure.message());
            }
        });
    }

    private static Intent intent(String id) {
        return new Intent(
                id,
                "request-" + id,
                1,
                Samples.NOON,
                new Caller("alice", "acme", "", "kim", "premium", "", "nightly", RUN),
                Operation.CHAT,
                "cheap",
                "deepseek",
                "deepseek-flash",
                true,
                Optional.of(new Money(1_000)),
                "2026-11-15/1a2b3c4d",
                "cheapest");
    }

    private void endOne() {
        if (running.isEmpty()) {
            return;
        }
        String id = running.remove(random.nextInt(running.size()));
        ledger.settle(Samples.settled(id, cost(id)));
        ended.add(new Ended(id, ledger.said()));
    }

    private void sayWhatIsBooked() {
        ended.removeIf(one -> {
            boolean booked = ledger.hasArchived(one.mark());
            if (booked) {
                say("booked " + one.id() + " " + cost(one.id()));
            }
            return booked;
        });
    }

    private void say(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
