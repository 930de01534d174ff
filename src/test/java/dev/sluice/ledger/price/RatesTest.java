package dev.sluice.ledger.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final int ROUNDS = 1_000_000;

    @Test
    void everyCostIsTheExactDecimalRoundedUpOnce() { // B25
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Rates rates = new Rates(price(random), price(random), price(random), price(random));
            Usage usage = usage(random);
            if (rates.cost(usage).nanos() != exact(rates, usage)) {
                assertThat(rates.cost(usage).nanos())
                        .as("seed %d, %s, %s", seed, rates, usage)
                        .isEqualTo(exact(rates, usage));
            }
        }
    }

    @Test
    void anAmountBeyondAllMoneyIsTheGreatestAmount() { // L16
        Rates dearest = new Rates(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(dearest.cost(Usage.of(Long.MAX_VALUE, Long.MAX_VALUE)).nanos())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(dearest.bound(new Demand(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE))
                        .nanos())
                .isEqualTo(Long.MAX_VALUE);
    }

    private static Usage usage(Random random) {
        long read = tokens(random);
        long write = tokens(random);
        return new Usage(read + write + tokens(random), read, write, tokens(random), 0, false, Optional.empty());
    }

    /** Mostly small; now and then so large that 64 bits do not hold the product. */
    private static long tokens(Random random) {
        return random.nextLong() >>> (random.nextInt(16) == 0 ? 4 : 40 + random.nextInt(24));
    }

    private static long price(Random random) {
        return random.nextInt(random.nextInt(16) == 0 ? Integer.MAX_VALUE : 80_000_000);
    }

    private static long exact(Rates rates, Usage usage) {
        BigDecimal picos = times(usage.freshInput(), rates.input())
                .add(times(usage.cacheRead(), rates.cacheRead()))
                .add(times(usage.cacheWrite(), rates.cacheWrite()))
                .add(times(usage.output(), rates.output()));
        return picos.movePointLeft(3)
                .setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    private static BigDecimal times(long tokens, long price) {
        return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(price));
    }
}
