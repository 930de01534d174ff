package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts as others write them. */
class MoneyTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.000000001, 1",
        "0.0000000001, 1",
        "1e-5, 10000",
        "12.5, 12500000000",
        "-3.25, -3250000000",
        "9000000000, 9000000000000000000",
        "0e-40, 0"
    })
    void anAmountIsReadToTheNanoDollarAndNeverUnderstated(String text, long nanos) {
        assertThat(Money.parse(text)).contains(new Money(nanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1E+999999999",
                "1E-999999999",
                "1E+2147483647",
                "1E-2147483647",
                "0E+999999999",
                "0E-999999999",
                "-1E+999999999",
                "9000000000.1",
                "1e41",
                "1e-41",
                "",
                " 1",
                "NaN",
                "Infinity",
                "1,5",
                "0x1",
                "twenty"
            })
    @Timeout(5)
    void whatNoMoneyCanBeIsNoAmount(String text) { // it filled the memory, or took for ever
        assertThat(Money.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.0000000001, 0", "0.0000000019, 1", "-0.0000000001, -1", "0.05, 50000000"})
    void whatMayBeSpentIsNeverOverstated(String text, long nanos) {
        assertThat(Money.parseLimit(text)).contains(new Money(nanos));
    }

    @Test
    void upperBoundsTogetherStopAtTheLargestAmount() {
        Money most = new Money(Long.MAX_VALUE);
        assertThat(most.plusBound(most)).isEqualTo(most);
        assertThat(most.plusBound(new Money(1))).isEqualTo(most);
        assertThat(new Money(1).plusBound(new Money(2))).isEqualTo(new Money(3));
    }

    @Test
    @Timeout(5)
    void aNumberThatCannotBeComputedWithIsRefusedAtOnce() {
        BigDecimal tiny = new BigDecimal("1E-999999999");
        assertThat(Money.isAmount(tiny)).isFalse();
        assertThatThrownBy(() -> Money.ofDollars(tiny)).isInstanceOf(ArithmeticException.class);
        assertThat(Money.parse("1".repeat(1_000_000))).isEqualTo(Optional.empty());
    }
}
