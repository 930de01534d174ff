package dev.sluice.store.journal;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A process that books at full speed and says so, until it is killed. */
final class CrashingGateway {
    private static final int AT_ONCE = 64;
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private CrashingGateway() {}

    /** @param arguments the data folder and a prefix for the attempts' ids */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Books books = Books.open(Path.of(arguments[0]));
        say("open");
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService loop = Executors.newSingleThreadExecutor()) {
            for (int number = 0; ; number++) {
                places.acquire();
                String id = arguments[1] + "-" + number;
                books.ledger().intend(Samples.intent(id), loop, then(books.ledger(), places, id, number));
            }
        }
    }

    private static Ledger.Intended then(Ledger ledger, Semaphore places, String id, int number) {
        return new Ledger.Intended() {
            @Override
            public void durable() {
                say(id);
                // One in ten is still going on when the process dies.
                if (number % 10 != 0) {
                    ledger.settle(outcome(id));
                }
                places.release();
            }

            @Override
            public void refused(Failure.LedgerUnavailable failure) {
                places.release();
            }
        };
    }

    private static Outcome outcome(String id) {
        return Samples.outcome(
                id, Outcome.State.SETTLED, Optional.of(Usage.of(10, 10)), new Cost.Priced(new Money(cost(id))));
    }

    /** What an attempt costs, known from its id. */
    static long cost(String id) {
        return 1 + Math.floorMod((long) id.hashCode(), 1_000_000L);
    }

    private static void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
