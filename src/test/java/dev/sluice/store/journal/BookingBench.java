package dev.sluice.store.journal;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Samples;
import dev.sluice.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Run by hand: how many attempts a second can be booked, and how long an intent waits at a quiet rate. */
final class BookingBench {
    private BookingBench() {}

    /** @param arguments an empty folder, seconds for each part */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seconds = Long.parseLong(arguments[1]);
        quiet("a bare sync", seconds, bareSync(Path.of(arguments[0], "bare")));
        try (Books books = Books.open(Path.of(arguments[0]), JournalSettings.DEFAULT, Sync.DATA);
                ExecutorService loop = Executors.newSingleThreadExecutor()) {
            quiet("an intent", 2, intent(books.ledger(), loop));
            quiet("an intent", seconds, intent(books.ledger(), loop));
            flood(books.ledger(), loop, "w", 2);
            System.out.printf("64 at once: %.0f attempts/s%n", flood(books.ledger(), loop, "f", seconds));
        }
    }

    /** What the disk itself takes: the wait that no design can avoid. */
    private static Consumer<Runnable> bareSync(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.allocate(1 << 20), 0);
        channel.force(true);
        return then -> {
            try {
                channel.write(ByteBuffer.allocate(300), 4096);
                channel.force(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            then.run();
        };
    }

    private static Consumer<Runnable> intent(Ledger ledger, ExecutorService loop) {
        AtomicLong number = new AtomicLong(System.nanoTime());
        return then -> {
            String id = "t" + number.incrementAndGet();
            Runnable onDurable = () -> {
                then.run();
                ledger.settle(Samples.settled(id, 1));
            };
            ledger.intend(Samples.intent(id), loop, new Then(onDurable, why -> {
                throw new IllegalStateException(why);
            }));
        };
    }

    private static double flood(Ledger ledger, ExecutorService loop, String prefix, long seconds)
            throws InterruptedException {
        Semaphore places = new Semaphore(64);
        Map<String, Integer> refused = new ConcurrentHashMap<>();
        AtomicInteger booked = new AtomicInteger();
        long start = System.nanoTime();
        int number = 0;
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            places.acquire();
            String id = prefix + number++;
            Runnable onDurable = () -> {
                ledger.settle(Samples.settled(id, 1));
                booked.incrementAndGet();
                places.release();
            };
            Consumer<String> onRefused = why -> {
                refused.merge(why, 1, Integer::sum);
                // A client would come back a little later.
                LockSupport.parkNanos(1_000_000);
                places.release();
            };
            ledger.intend(Samples.intent(id), loop, new Then(onDurable, onRefused));
        }
        places.acquire(64);
        System.out.println("refused: " + refused);
        return booked.get() * 1e9 / (System.nanoTime() - start);
    }

    private static void quiet(String what, long seconds, Consumer<Runnable> deed) throws InterruptedException {
        int count = Math.toIntExact(200 * seconds);
        long[] waits = new long[count];
        Semaphore done = new Semaphore(0);
        long start = System.nanoTime();
        for (int number = 0; number < count; number++) {
            long due = start + number * 5_000_000L;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int index = number;
            long asked = System.nanoTime();
            deed.accept(() -> {
                waits[index] = System.nanoTime() - asked;
                done.release();
            });
        }
        done.acquire(count);
        Arrays.sort(waits);
        System.out.printf(
                "200/s, %s: p50 %d us, p99 %d us, longest %d us%n",
                what, waits[count / 2] / 1000, waits[count * 99 / 100] / 1000, waits[count - 1] / 1000);
    }

    private record Then(Runnable onDurable, Consumer<String> onRefused) implements Ledger.Intended {
        @Override
        public void durable() {
            onDurable.run();
        }

        @Override
        public void refused(Failure.LedgerUnavailable failure) {
            onRefused.accept(failure.message());
        }
    }
}
