package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers say about money, and what they say that is none. */
class MoneyReportsTest {
    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] generation(String cost) {
        return bytes("{\"data\":{\"id\":\"g\",\"total_cost\":" + cost + "}}");
    }

    @Test
    void whatAnAnswerWasChargedIsReadWithEveryDigit() {
        assertThat(MoneyReports.generationCost(generation("0.0015"))).contains(new Money(1_500_000));
        assertThat(MoneyReports.generationCost(generation("1e-9"))).contains(new Money(1));
        assertThat(MoneyReports.generationCost(generation("1234567.123456789")))
                .contains(new Money(1_234_567_123_456_789L));
        assertThat(MoneyReports.generationCost(generation("\"0.25\""))).contains(new Money(250_000_000));
        assertThat(MoneyReports.generationCost(generation("0"))).contains(Money.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1E+999999999", "1E-999999999", "\"1E-999999999\"", "-1", "null", "true", "\"\"", "{}", "1e99"})
    @Timeout(5)
    void whatIsNoAmountIsNoAnswerAndNeverNothing(String cost) {
        assertThat(MoneyReports.generationCost(generation(cost))).isEmpty();
    }

    @Test
    void aComplaintIsShownWithoutTheKeyInIt() {
        assertThat(MoneyReports.complaint(bytes("{\"error\":{\"message\":\"No such meter; key sk_test_abcdef123\"}}")))
                .hasValueSatisfying(
                        words -> assertThat(words).startsWith("No such meter").doesNotContain("abcdef"));
        assertThat(MoneyReports.complaint(bytes("<html>"))).isEmpty();
        assertThat(MoneyReports.complaint(bytes("{\"error\":{\"message\":\"" + "x ".repeat(900) + "\"}}"))
                        .orElseThrow())
                .hasSizeLessThanOrEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oops", "{}", "{\"data\":[]}", "{\"data\":{\"total_cost\":1}} x", "<html>"})
    void garbageIsNoAnswer(String body) {
        assertThat(MoneyReports.generationCost(bytes(body))).isEmpty();
    }

    @Test
    @Timeout(5)
    void aBalanceThatIsNoAmountIsLeftOut() {
        assertThat(MoneyReports.balances(bytes("{\"balance_infos\":[{\"currency\":\"USD\",\"total_balance\":\"9.50\"},"
                        + "{\"currency\":\"CNY\",\"total_balance\":\"1E-999999999\"}]}")))
                .isEqualTo(Map.of("USD", new BigDecimal("9.50")));
        assertThat(MoneyReports.creditsLeft(bytes("{\"data\":{\"total_credits\":1E+999999999,\"total_usage\":1}}")))
                .isEmpty();
    }
}
