package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limit.Backoff;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.provider.Verdict.Consequence;
import dev.sluice.provider.Verdict.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table in docs/failover.md. */
class FailureTableTest {
    private static final Set<Kind> HOPELESS = Set.of(Kind.REQUEST_REFUSED, Kind.SCHEMA_MISSED);

    private final FailureTable table = new FailureTable(Backoff.DEFAULT, Duration.ofSeconds(5));

    private Verdict judge(Kind kind, int tries) {
        return table.judge(new Failure.Upstream(kind, 0, "words"), tries, new Random(1));
    }

    private Verdict judge(Kind kind, int tries, Duration retryAfter) {
        return table.judge(
                new Failure.Upstream(kind, 429, "words", "", "", Optional.of(retryAfter)), tries, new Random(1));
    }

    /** @param retries how often the same provider is asked again */
    record Row(Kind kind, int retries, Consequence then) {}

    static List<Row> rows() {
        Consequence count = new Consequence.CountFailure();
        Consequence none = new Consequence.None();
        return List.of(
                new Row(Kind.CONNECT, 1, count),
                new Row(Kind.STALE_CONNECTION, 1, none),
                new Row(Kind.NO_CONNECTION_FREE, 0, none),
                new Row(Kind.EMPTY_ANSWER, 1, count),
                new Row(Kind.NONSENSE, 1, count),
                new Row(Kind.SERVER_ERROR, 2, count),
                new Row(Kind.FIRST_TOKEN_TIMEOUT, 0, count),
                new Row(Kind.IDLE_TIMEOUT, 0, count),
                new Row(Kind.CUT, 0, count),
                new Row(
                        Kind.OVERLOADED,
                        1,
                        new Consequence.LeaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(30))),
                new Row(
                        Kind.RATE_LIMITED,
                        0,
                        new Consequence.LeaveFor(Standing.Reason.COOLING_DOWN, Duration.ofSeconds(5))),
                new Row(
                        Kind.QUOTA_SPENT,
                        0,
                        new Consequence.LeaveFor(Standing.Reason.QUOTA_SPENT, Duration.ofMinutes(5))),
                new Row(Kind.CREDIT_EXHAUSTED, 0, new Consequence.Leave(Standing.Reason.CREDIT_EXHAUSTED)),
                new Row(Kind.KEY_REFUSED, 0, new Consequence.Leave(Standing.Reason.KEY_REFUSED)),
                new Row(Kind.MODEL_MISSING, 0, new Consequence.LeaveModelFor(Duration.ofHours(1))),
                new Row(Kind.ABILITY_MISSING, 0, new Consequence.LacksAbility(Optional.empty())),
                new Row(Kind.IMAGES_REFUSED, 0, new Consequence.LacksAbility(Optional.of("images"))),
                new Row(Kind.SEVERAL_REFUSED, 1, new Consequence.LacksAbility(Optional.of("several"))),
                new Row(Kind.CONTEXT_TOO_LONG, 0, none),
                new Row(Kind.CONTENT_FILTERED, 0, none));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void retriesAsOftenAsItsRowSaysAndThenSwitches(Row row) {
        for (int tries = 1; tries <= row.retries; tries++) {
            assertThat(judge(row.kind, tries).next()).isInstanceOf(Next.Again.class);
        }
        Verdict last = judge(row.kind, row.retries + 1);
        assertThat(last.next()).isEqualTo(new Next.Switch());
        assertThat(last.consequence()).isEqualTo(row.then);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindHasARow(Kind kind) {
        boolean listed = rows().stream().anyMatch(row -> row.kind == kind);
        assertThat(listed || HOPELESS.contains(kind)).isTrue();
    }

    @Test
    void whereNobodyWouldDoBetterTheCallIsGivenUpAndHeldAgainstNobody() {
        for (Kind kind : HOPELESS) {
            assertThat(judge(kind, 1)).isEqualTo(new Verdict(new Next.GiveUp(), new Consequence.None()));
        }
    }

    @Test
    void theDelayGrowsWithEachRetry() {
        assertThat(delay(judge(Kind.SERVER_ERROR, 1))).isBetween(Duration.ofMillis(750), Duration.ofMillis(1_250));
        assertThat(delay(judge(Kind.SERVER_ERROR, 2))).isBetween(Duration.ofMillis(1_500), Duration.ofMillis(2_500));
    }

    private static Duration delay(Verdict verdict) {
        return verdict.next() instanceof Next.Again(Duration delay) ? delay : Duration.ofDays(1);
    }

    @Test
    void aShortWishIsWaitedOutOnce() {
        assertThat(delay(judge(Kind.RATE_LIMITED, 1, Duration.ofSeconds(3)))).isEqualTo(Duration.ofSeconds(3));
        assertThat(delay(judge(Kind.RATE_LIMITED, 1, Duration.ZERO))).isEqualTo(Duration.ZERO);
        assertThat(judge(Kind.RATE_LIMITED, 2, Duration.ofSeconds(3)).next()).isEqualTo(new Next.Switch());
    }

    @Test
    void aLongWishKeepsTheProviderOutForThatTimeUpToAMinute() { // check 141, F07
        assertThat(pause(judge(Kind.RATE_LIMITED, 1, Duration.ofSeconds(42)))).isEqualTo(Duration.ofSeconds(42));
        assertThat(pause(judge(Kind.RATE_LIMITED, 1, Duration.ofSeconds(198_300))))
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(pause(judge(Kind.OVERLOADED, 2, Duration.ofDays(4)))).isEqualTo(Duration.ofSeconds(60));
        assertThat(pause(judge(Kind.OVERLOADED, 2, Duration.ofMillis(1)))).isEqualTo(Duration.ofSeconds(1));
    }

    private static Duration pause(Verdict verdict) {
        return verdict.consequence() instanceof Consequence.LeaveFor leave ? leave.time() : Duration.ZERO;
    }
}
