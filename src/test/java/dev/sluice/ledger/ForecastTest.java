package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.ledger.Forecast.Range;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.price.RunPrice;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final Instant OFF_PEAK = Instant.parse("2026-11-20T05:00:00Z"); // a Friday
    private static final Instant PEAK = Instant.parse("2026-11-20T06:30:00Z");

    private static Money dollars(String amount) {
        return Money.ofDollars(new BigDecimal(amount));
    }

    private static RunPrice scout(String model) {
        return new RunPrice(
                PriceBook.shipped(), List.of(new RunPrice.Call("deepseek", model, Usage.of(176_000, 44_000))));
    }

    @Test
    void theScoutsRunCostsWhatItDidAndAMonthOfThem() { // S0
        Money run = scout("deepseek-v3.2").at(OFF_PEAK).orElseThrow();
        assertThat(run).isEqualTo(dollars("0.09592"));
        Forecast month = Forecast.of(Money.ZERO, List.of(run), 176);
        assertThat(month.expected()).isEqualTo(dollars("16.88192"));
        assertThat(new BigDecimal(month.expected().toString()).setScale(1, RoundingMode.HALF_UP))
                .isEqualByComparingTo("16.9");
    }

    @Test
    void onTodaysFlashTheRunCostsHalfAsMuchOffPeak() { // S0
        assertThat(scout("deepseek-flash").at(OFF_PEAK)).contains(dollars("0.0528"));
        assertThat(scout("deepseek-flash").at(PEAK)).contains(dollars("0.1056"));
        assertThat(scout("deepseek-flash").week(LocalDate.of(2026, 11, 16), SEOUL))
                .containsExactly(dollars("0.0528"), dollars("0.1056"));
    }

    @Test
    void theDearHoursAreShownInTheZoneOfTheReader() {
        List<RunPrice.Span> day = scout("deepseek-flash").day(LocalDate.of(2026, 11, 18), SEOUL);
        assertThat(day)
                .filteredOn(span -> span.cost().equals(dollars("0.1056")))
                .extracting(RunPrice.Span::from, RunPrice.Span::to)
                .containsExactly(
                        tuple(LocalTime.of(10, 0), LocalTime.of(13, 0)),
                        tuple(LocalTime.of(15, 0), LocalTime.of(19, 0)));
        assertThat(scout("deepseek-flash").day(LocalDate.of(2026, 11, 21), ZoneOffset.UTC))
                .as("a Saturday")
                .hasSize(1);
    }

    @Test
    void anUnknownModelHasNoPriceInsteadOfZero() {
        assertThat(scout("no-such-model").at(OFF_PEAK)).isEmpty();
        assertThat(scout("no-such-model").day(LocalDate.of(2026, 11, 18), SEOUL))
                .isEmpty();
    }

    @Test
    void theIntervalIsStudents() {
        // Mean 2, s 1, n 3, left 3: t(2) = 4.303, 4.303 * 1 * sqrt(3 * (1 + 3 / 3)) = 10.5401.
        Forecast forecast = Forecast.of(dollars("100"), List.of(dollars("1"), dollars("2"), dollars("3")), 3);
        assertThat(forecast.expected()).isEqualTo(dollars("106"));
        Range range = forecast.range().orElseThrow();
        assertThat(range.high().minus(forecast.expected())).isBetween(dollars("10.5401"), dollars("10.5402"));
        assertThat(range.low()).as("never below what is spent").isEqualTo(dollars("100"));
    }

    @Test
    void runsThatAreAllAlikeLeaveNoDoubt() {
        Forecast forecast = Forecast.of(Money.ZERO, Collections.nCopies(10, dollars("0.09592")), 166);
        Range range = forecast.range().orElseThrow();
        assertThat(range.high().minus(range.low()).nanos()).isZero();
    }

    @Test
    void oneRunSaysNothingOfHowRunsDiffer() {
        assertThat(Forecast.of(Money.ZERO, List.of(dollars("1")), 5).range()).isEmpty();
        assertThat(Forecast.of(dollars("3"), List.of(), 5))
                .isEqualTo(new Forecast(dollars("3"), dollars("3"), Optional.empty(), 0, 5));
    }

    @Test
    void atTheEndOfTheMonthItIsWhatIsSpent() {
        Forecast forecast = Forecast.of(dollars("3"), List.of(dollars("1"), dollars("2")), 0);
        assertThat(forecast.range()).contains(new Range(dollars("3"), dollars("3")));
    }

    @Test
    void hugeAmountsStayExactAndInBounds() {
        Money much = new Money(Long.MAX_VALUE / 2);
        Forecast forecast = Forecast.of(Money.ZERO, List.of(much, Money.ZERO), 44_640);
        assertThat(forecast.expected()).isEqualTo(new Money(Long.MAX_VALUE));
        assertThat(Forecast.of(new Money(1), List.of(new Money(1), new Money(2)), 1)
                        .expected())
                .as("the mean is rounded up")
                .isEqualTo(new Money(3));
    }
}
