package dev.sluice.ledger.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Savings by hand, in nano-dollars, and what holds of all of them. */
class SavingsTest {
    private static final Instant SUNDAY = Instant.parse("2026-11-22T12:00:00Z");
    private static final PriceBook BOOK = PriceBook.shipped();

    /** 0.15 in, 0.003 cached, 0.60 out. */
    private static final Tariff FLASH = BOOK.tariff("deepseek", "deepseek-flash", SUNDAY);

    /** 2 in, 0.20 cached, 2.50 cache write, 10 out; 4, 0.40, 5 and 15 above 272,000 tokens. */
    private static final Tariff SOL = BOOK.tariff("openai", "gpt-6-sol", SUNDAY);

    private static final Tariff OWN_SERVER = new Tariff.Free();
    private static final Tariff NOBODY_KNOWS = new Tariff.Unpriced();

    private static Usage usage(long input, long read, long write, long output) {
        return new Usage(input, read, write, output, 0, false, Optional.empty());
    }

    private static Optional<Baseline> against(Tariff tariff) {
        return Optional.of(new Baseline("openai/gpt-6-sol", tariff, false, true));
    }

    private static Savings served(Tariff own, Optional<Baseline> baseline, Usage usage, long charged) {
        return Savings.of(own, baseline, Optional.of(usage), new Money(charged), true);
    }

    private static Savings saved(long cache, long routing) {
        return new Savings(Money.ZERO, new Money(cache), new Money(routing), "openai/gpt-6-sol");
    }

    @Test
    void whatTheCacheAndTheRouteHaveSavedIsKeptApart() {
        // Fresh: 1000 x 0.15 + 20 x 0.60 = 162 millionths; with the cache 600 x 0.15 + 400 x 0.003 + 12 = 103.2.
        // At the baseline: 600 x 2 + 400 x 0.20 + 20 x 10 = 1480.
        assertThat(served(FLASH, against(SOL), usage(1000, 400, 0, 20), 103_200))
                .isEqualTo(saved(58_800, 1_376_800));
    }

    @Test
    void whatWritingIntoTheCacheCostIsTakenOff() {
        assertThat(SOL.savedByCache(usage(1000, 0, 800, 20))).isEqualTo(new Money(-400_000)); // 800 x (2 - 2.50)
        assertThat(SOL.savedByCache(usage(1000, 300, 500, 20))).isEqualTo(new Money(290_000)); // 300 x 1.80 - 250
        assertThat(SOL.savedByCache(usage(300_000, 100_000, 0, 0)))
                .as("the row for long prompts: 100,000 x 3.60")
                .isEqualTo(new Money(360_000_000));
    }

    @Test
    void whatCostMoreThanTheBaselineIsBelowZero() {
        assertThat(served(SOL, against(FLASH), usage(1000, 0, 0, 20), 2_200_000))
                .isEqualTo(saved(0, -2_038_000));
    }

    @Test
    void anOwnServerSavesWhatTheBaselineWouldHaveCharged() {
        assertThat(served(OWN_SERVER, against(SOL), usage(1000, 400, 0, 20), 0)).isEqualTo(saved(0, 1_480_000));
    }

    @Test
    void whatServedNobodyHasOnlyCost() {
        Savings failed = Savings.of(FLASH, against(SOL), Optional.of(usage(1000, 0, 0, 5)), new Money(153_000), false);
        assertThat(failed).isEqualTo(saved(0, -153_000));
        assertThat(Savings.of(FLASH, against(SOL), Optional.empty(), Money.ZERO, false))
                .isEqualTo(saved(0, 0));
    }

    @Test
    void whatServedNobodyHasSavedNothingByItsCacheEither() {
        for (Usage lost : List.of(usage(1000, 400, 0, 5), usage(1000, 0, 800, 5))) {
            for (Optional<Baseline> baseline :
                    List.of(against(SOL), against(NOBODY_KNOWS), Optional.<Baseline>empty())) {
                assertThat(Savings.of(SOL, baseline, Optional.of(lost), new Money(1_000), false)
                                .providerCache())
                        .isEqualTo(Money.ZERO);
            }
        }
    }

    @Test
    void whereTheBaselineItselfAnsweredNothingIsSaved() {
        Optional<Baseline> itself = Optional.of(new Baseline("openai/gpt-6-sol", SOL, true, true));
        assertThat(served(SOL, itself, usage(1000, 0, 0, 20), 1_999_999))
                .as("the provider's own amount is not the table's")
                .isEqualTo(saved(0, 0));
        assertThat(Savings.of(SOL, itself, Optional.of(usage(10, 0, 0, 0)), new Money(20_000), false))
                .as("a failed attempt before")
                .isEqualTo(saved(0, -20_000));
    }

    @Test
    void aBaselineWithoutAPriceSavesAnUnknownAmountAndNotNothing() {
        Savings unknown = served(FLASH, against(NOBODY_KNOWS), usage(1000, 400, 0, 20), 103_200);
        assertThat(unknown.baseline()).isEmpty();
        assertThat(unknown.providerCache()).isEqualTo(new Money(58_800));
        assertThat(served(FLASH, Optional.empty(), usage(1000, 0, 0, 20), 162_000))
                .isEqualTo(Savings.NONE);
        assertThat(Savings.of(FLASH, against(NOBODY_KNOWS), Optional.empty(), Money.ZERO, false))
                .isEqualTo(Savings.NONE);
    }

    @Test
    void aFurtherAnswerToTheSamePromptDoesNotCountThePromptAgain() {
        Optional<Baseline> further = Optional.of(new Baseline("openai/gpt-6-sol", SOL, false, false));
        assertThat(served(OWN_SERVER, further, usage(1000, 0, 0, 20), 0)).isEqualTo(saved(0, 200_000));
    }

    @Test
    void thePartsOfACallAddUpToWhatTheBaselineWouldHaveCharged() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100_000; round++) {
            long charged = 0;
            long routing = 0;
            int failures = random.nextInt(3);
            for (int failure = 0; failure < failures; failure++) {
                Usage lost = anyUsage(random);
                long cost = FLASH.table(lost).orElseThrow().nanos();
                charged += cost;
                routing += Savings.of(FLASH, against(SOL), Optional.of(lost), new Money(cost), false)
                        .routing()
                        .nanos();
            }
            Usage usage = anyUsage(random);
            long cost = FLASH.table(usage).orElseThrow().nanos();
            Savings last = served(FLASH, against(SOL), usage, cost);
            assertThat(routing + last.routing().nanos() + charged + cost)
                    .as("seed %d, %s", seed, usage)
                    .isEqualTo(SOL.table(usage).orElseThrow().nanos());
            assertThat(last.providerCache().nanos() + cost)
                    .as("seed %d, %s", seed, usage)
                    .isEqualTo(FLASH.table(Usage.of(usage.input(), usage.output()))
                            .orElseThrow()
                            .nanos());
        }
    }

    @Test
    void amountsBeyondAllMoneyStopSomewhere() {
        Usage absurd = Usage.of(Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(served(FLASH, against(SOL), absurd, Long.MAX_VALUE).routing())
                .isEqualTo(Money.ZERO);
        assertThat(served(FLASH, against(SOL), usage(0, 0, 0, 0), Long.MAX_VALUE)
                        .routing()
                        .nanos())
                .isEqualTo(-Long.MAX_VALUE);
    }

    private static Usage anyUsage(Random random) {
        long read = random.nextInt(5000);
        long write = random.nextInt(5000);
        return usage(read + write + random.nextInt(500_000), read, write, random.nextInt(9000));
    }
}
