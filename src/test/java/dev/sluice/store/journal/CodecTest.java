package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final List<String> TEXTS = List.of("", "a", "값", "\u2028 \uD83D\uDE00", "x".repeat(2000));

    @Test
    void everythingComesBackAsItWas() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            Intent intent = intent(random);
            Entry entry = switch (random.nextInt(5)) {
                case 0 -> new Entry.Opened(intent);
                case 1 -> new Entry.StillOpen(intent);
                case 3 -> new Entry.Amended(amendment(random));
                case 2 -> new Entry.Ended(outcome(random, intent.attemptId()));
                default -> new Entry.Whole(new Attempt(intent, outcome(random, intent.attemptId())));
            };
            assertThat(Entry.read(entry.kind(), ByteBuffer.wrap(entry.payload())))
                    .as("seed %d", seed)
                    .isEqualTo(entry);
        }
    }

    @Test
    void aNameOfAClientsMakingDoesNotFillTheJournal() {
        PayloadWriter out = new PayloadWriter();
        out.text("x".repeat(1_000_000));
        assertThat(out.bytes()).hasSizeLessThan(2100);
    }

    private static Intent intent(Random random) {
        return new Intent(
                text(random),
                text(random),
                random.nextInt(),
                instant(random),
                caller(random),
                random.nextBoolean() ? Operation.CHAT : Operation.EMBEDDING,
                text(random),
                text(random),
                text(random),
                random.nextBoolean(),
                money(random),
                text(random),
                text(random));
    }

    private static Caller caller(Random random) {
        return new Caller(
                text(random),
                text(random),
                text(random),
                text(random),
                text(random),
                text(random),
                text(random),
                text(random));
    }

    private static Outcome outcome(Random random, String id) {
        return new Outcome(
                id,
                random.nextBoolean() ? Outcome.State.SETTLED : Outcome.State.VOIDED,
                instant(random),
                random.nextBoolean() ? Optional.of(usage(random)) : Optional.empty(),
                random.nextBoolean() ? new Cost.Unpriced() : new Cost.Priced(new Money(random.nextLong())),
                random.nextInt(),
                text(random),
                text(random),
                text(random),
                new Savings(
                        new Money(random.nextLong()),
                        new Money(random.nextLong()),
                        new Money(random.nextLong()),
                        text(random)),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    private static Amendment amendment(Random random) {
        return new Amendment(
                "a" + random.nextInt(),
                "r" + random.nextInt(),
                instant(random),
                random.nextBoolean() ? Outcome.State.SETTLED : Outcome.State.VOIDED,
                random.nextBoolean() ? new Cost.Unpriced() : new Cost.Priced(new Money(random.nextLong() >>> 1)),
                random.nextBoolean() ? Optional.of(usage(random)) : Optional.empty(),
                text(random),
                text(random));
    }

    private static Usage usage(Random random) {
        return new Usage(
                Long.MAX_VALUE,
                random.nextInt(100),
                7,
                random.nextLong() >>> 1,
                0,
                random.nextBoolean(),
                money(random).map(amount -> new Money(amount.nanos() >>> 1)));
    }

    private static Optional<Money> money(Random random) {
        return random.nextBoolean() ? Optional.of(new Money(random.nextLong())) : Optional.empty();
    }

    private static Instant instant(Random random) {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
