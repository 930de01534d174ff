package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.config.SettingsException;
import dev.sluice.job.Schedule;
import dev.sluice.ledger.price.RunPrice;
import dev.sluice.model.Money;
import java.io.PrintWriter;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Tells what a run of known token counts costs at one hour and another, and a month of such runs. */
record ForecastOfRun(PrintWriter out, RunPrice price, ZoneId zone, YearMonth month) {
    private static final int USUAL_RUNS = 1;

    /** @param runs a month, where no schedule says when they are */
    void print(Optional<Integer> runs, Optional<Schedule> schedule) {
        LocalDate wednesday = month.atDay(1).with(TemporalAdjusters.nextOrSame(DayOfWeek.WEDNESDAY));
        SortedSet<Money> costs = price.week(wednesday, zone);
        if (costs.isEmpty()) {
            List<RunPrice.Call> unknown =
                    price.unknown(wednesday.atStartOfDay(zone).toInstant());
            throw new SettingsException("a price of the run is not known: "
                    + names(unknown.isEmpty() ? price.calls() : unknown)
                    + "; 'sluice check' shows what is, docs/prices.md how to add your own");
        }
        out.printf(
                "Imported run: %s, %,d tokens in (%,d cached), %,d out, priced as %s%n",
                Counted.of(price.calls().size(), "call"),
                sum(call -> call.usage().input()),
                sum(call -> call.usage().cacheRead()),
                sum(call -> call.usage().output()),
                names(price.calls()));
        hours(wednesday, costs);
        if (schedule.isPresent()) {
            byTheClock(schedule.get(), costs);
        } else {
            byNumber(runs.orElse(USUAL_RUNS), costs);
        }
    }

    private long sum(ToLongFunction<RunPrice.Call> count) {
        return price.calls().stream().mapToLong(count).sum();
    }

    private static String names(List<RunPrice.Call> calls) {
        return calls.stream()
                .map(call -> call.provider() + " " + call.model())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private void hours(LocalDate wednesday, SortedSet<Money> costs) {
        if (costs.size() == 1) {
            out.printf("  one run    $%s, at any hour%n", costs.first());
            return;
        }
        List<RunPrice.Span> spans = price.day(wednesday, zone);
        for (Money cost : costs) {
            String when = spans.stream()
                    .filter(span -> span.cost().equals(cost))
                    .map(span -> span.from() + "-" + span.to())
                    .collect(Collectors.joining(", "));
            out.printf(
                    "  one run    $%s %s  %s%n",
                    cost, word(cost, costs), when.isEmpty() ? "" : when + " (Wednesdays, " + zone + ")");
        }
    }

    private static String word(Money cost, SortedSet<Money> costs) {
        return cost.equals(costs.first()) ? "off-peak" : cost.equals(costs.last()) ? "at peak " : "between ";
    }

    private void byNumber(int runs, SortedSet<Money> costs) {
        for (Money cost : costs) {
            out.printf(
                    "  %s   $%s%s%n",
                    Counted.of(runs, "run"),
                    times(cost, runs),
                    costs.size() > 1 ? ", all " + word(cost, costs).strip() : "");
        }
    }

    private static Money times(Money cost, int runs) {
        return new Money(Math.multiplyExact(cost.nanos(), (long) runs));
    }

    private void byTheClock(Schedule schedule, SortedSet<Money> costs) {
        List<Instant> times = schedule.times(month);
        Map<Money, Integer> runs = new TreeMap<>();
        Money sum = Money.ZERO;
        for (Instant time : times) {
            Money cost = price.at(time).orElseThrow(() -> new SettingsException("no price is known for " + time));
            runs.merge(cost, 1, Integer::sum);
            sum = sum.plus(cost);
        }
        out.printf("  %s in %s   $%s%n", Counted.of(times.size(), "run"), month, sum);
        if (runs.size() > 1 || costs.size() > 1) {
            runs.forEach((cost, count) -> out.printf(
                    "    %d of them at $%s, %s%n",
                    count, cost, word(cost, costs).strip()));
        }
        Money cheapest = times(costs.first(), times.size());
        if (cheapest.compareTo(sum) < 0) {
            out.printf("    all of them off-peak: $%s, which saves $%s%n", cheapest, sum.minus(cheapest));
        }
    }
}
