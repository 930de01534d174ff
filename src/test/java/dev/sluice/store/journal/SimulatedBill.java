package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Lost;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.store.sqlite.SqliteReports;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a simulated provider was sent and has charged, whatever the gateway knows of it. */
final class SimulatedBill {
    private final Map<String, Long> charged = new HashMap<>();
    private final Map<String, Sent> everSent = new HashMap<>();

    /** What has left for a provider. */
    record Sent(Intent intent, Spender spender, long cost) {}

    void sent(Sent sent) {
        everSent.put(sent.intent().attemptId(), sent);
    }

    void charge(Sent sent) {
        charged.put(sent.intent().attemptId(), sent.cost());
    }

    /** After a start every limit counts at least what the provider has charged in its window. */
    void assertNothingIsForgotten(List<Balance> balances, Instant now) {
        SimulatedLimits.ALL.forEach(limit -> assertCounts(limit, balances, now));
    }

    /** The same for limits that were told again of the window in which the clock stands. */
    void assertRecalled(List<Lost> lost, List<Balance> balances, Instant now) {
        lost.stream()
                .filter(each -> each.window().contains(now) && SimulatedLimits.ALL.contains(each.limit()))
                .forEach(each -> assertCounts(each.limit(), balances, now));
    }

    private void assertCounts(Limit limit, List<Balance> balances, Instant now) {
        Map<String, Balance> found = new HashMap<>();
        for (Balance balance : balances) {
            found.put(balance.limit().id() + balance.account(), balance);
        }
        chargedBy(limit, now).forEach((name, sum) -> {
            Balance balance = found.get(limit.id() + name);
            long counted = balance == null ? 0 : balance.used() + balance.doubt() + balance.held();
            assertThat(counted).as("%s %s", limit.id(), name).isGreaterThanOrEqualTo(sum);
        });
    }

    private Map<String, Long> chargedBy(Limit limit, Instant now) {
        Map<String, Long> sums = new HashMap<>();
        charged.forEach((id, cost) -> {
            Sent sent = Objects.requireNonNull(everSent.get(id));
            if (limit.period().window(now, limit.zone()).contains(sent.intent().at())) {
                SimulatedLimits.account(limit, sent.spender()).ifPresent(name -> sums.merge(name, cost, Long::sum));
            }
        });
        return sums;
    }

    /** Whatever the clock did: no call was let in that brought a window's charges above a limit. */
    void assertNoWindowIsOverspent() {
        for (Limit limit : SimulatedLimits.ALL) {
            Map<String, Long> sums = new HashMap<>();
            charged.forEach((id, cost) -> {
                Sent sent = Objects.requireNonNull(everSent.get(id));
                String window = limit.period().window(sent.intent().at(), limit.zone()) + " ";
                SimulatedLimits.account(limit, sent.spender())
                        .ifPresent(name -> sums.merge(window + name, cost, Long::sum));
            });
            sums.forEach(
                    (name, sum) -> assertThat(sum).as("%s %s", limit.id(), name).isLessThanOrEqualTo(limit.amount()));
        }
    }

    /** Everything is booked once, and what is booked covers what is billed. */
    void assertBooked(SqliteReports reports, Instant now) throws IOException {
        long booked = 0;
        for (Spent spent : reports.spent(Instant.EPOCH, now.plusSeconds(1))) {
            booked += spent.settled().nanos();
        }
        long billed = charged.values().stream().mapToLong(Long::longValue).sum();
        assertThat(booked).as("what is booked covers what is billed").isGreaterThanOrEqualTo(billed);
        for (String id : everSent.keySet()) {
            assertThat(reports.ofRequest("r" + id)).as("booked once: %s", id).hasSize(1);
        }
    }
}
