package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Scope;
import dev.sluice.ledger.budget.Spender;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a simulated gateway may spend: limits of every period, and twins of some that come while calls run. */
final class SimulatedLimits {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");

    static final List<Limit> ALL = List.of(
            limit("gateway", 3_000_000, Period.DAY, SEOUL),
            limit("tenant/acme", 1_200_000, Period.DAY, ZoneId.of("America/New_York")),
            limit("user/*", 900_000, Period.WEEK, ZoneId.of("UTC")),
            limit("job/nightly", 2_000_000, Period.MONTH, SEOUL),
            limit("provider/openrouter", 40_000_000, Period.TOTAL, SEOUL));

    /** The same windows and accounts as some of those, by another name. */
    static final List<Limit> TWINS = List.of(
            limit("gateway", 3_000_000, Period.DAY, ZoneId.of("+09:00")),
            limit("user/*", 900_000, Period.WEEK, ZoneId.of("Etc/UTC")),
            limit("provider/openrouter", 40_000_000, Period.TOTAL, ZoneId.of("+09:00")));

    private static final List<Integer> TWIN_OF = List.of(0, 2, 4);
    static final List<Limit> WITH_TWINS =
            Stream.concat(ALL.stream(), TWINS.stream()).toList();

    private SimulatedLimits() {}

    private static Limit limit(String scope, long nanos, Period period, ZoneId zone) {
        return new Limit(Scope.of(scope), "", Measure.MONEY, nanos, period, zone, true, Limit.MARKS, Optional.empty());
    }

    /** Whose share of a limit it is; written down a second time, without the production's own code. */
    static Optional<String> account(Limit limit, Spender spender) {
        return switch (limit.scope().toString()) {
            case "gateway" -> Optional.of("");
            case "tenant/acme" -> spender.caller().tenant().equals("acme") ? Optional.of("acme") : Optional.empty();
            case "user/*" ->
                Optional.of(spender.caller().tenant() + "/" + spender.caller().user());
            case "job/nightly" ->
                spender.caller().job().equals("nightly")
                        ? Optional.of(spender.caller().tenant() + "/nightly")
                        : Optional.empty();
            default -> spender.provider().equals("openrouter") ? Optional.of("openrouter") : Optional.empty();
        };
    }

    /** A limit that came while calls ran has counted what its twin has, which was always there. */
    static void assertTwinsAgree(List<Balance> balances) {
        Map<String, Balance> found = new HashMap<>();
        for (Balance balance : balances) {
            found.put(balance.limit().id() + " " + balance.account(), balance);
        }
        for (int index = 0; index < TWINS.size(); index++) {
            String twin = TWINS.get(index).id() + " ";
            String old = ALL.get(TWIN_OF.get(index)).id() + " ";
            found.forEach((name, balance) -> {
                if (name.startsWith(old)) {
                    assertSame(name, balance, Optional.ofNullable(found.get(twin + balance.account())));
                }
            });
        }
    }

    private static void assertSame(String name, Balance balance, Optional<Balance> twin) {
        assertThat(twin.map(Balance::used).orElse(0L)).as(name).isEqualTo(balance.used());
        assertThat(twin.map(Balance::held).orElse(0L)).as(name).isEqualTo(balance.held());
        assertThat(twin.map(Balance::doubt).orElse(0L)).as(name).isEqualTo(balance.doubt());
    }
}
