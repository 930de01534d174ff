package dev.sluice.ledger.price;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a run with known token counts costs at one hour or another, by the price book. Pure.
 *
 * @param free names of providers whose calls cost nothing, whatever the book says
 * @param calls of the run
 */
public record RunPrice(PriceBook book, Set<String> free, List<Call> calls) {
    private static final Duration STEP = Duration.ofMinutes(30);

    public RunPrice {
        free = Set.copyOf(free);
        calls = List.copyOf(calls);
    }

    public RunPrice(PriceBook book, List<Call> calls) {
        this(book, Set.of(), calls);
    }

    /** One call of the run. */
    public record Call(String provider, String model, Usage usage) {}

    /** A part of a day in which the run costs the same; {@code to} is midnight at the day's end. */
    public record Span(LocalTime from, LocalTime to, Money cost) {}

    /** Empty where the price of one of its calls is not known then. */
    public Optional<Money> at(Instant moment) {
        Money sum = Money.ZERO;
        for (Call call : calls) {
            Optional<Money> cost = cost(call, moment);
            if (cost.isEmpty()) {
                return Optional.empty();
            }
            sum = sum.plus(cost.get());
        }
        return Optional.of(sum);
    }

    private Optional<Money> cost(Call call, Instant moment) {
        return free.contains(call.provider)
                ? Optional.of(Money.ZERO)
                : book.tariff(call.provider, call.model, moment).table(call.usage);
    }

    /** The calls whose price is not known then. */
    public List<Call> unknown(Instant moment) {
        return calls.stream().filter(call -> cost(call, moment).isEmpty()).toList();
    }

    /** The day in parts of at least half an hour; empty where a price is not known. */
    public List<Span> day(LocalDate day, ZoneId zone) {
        List<Span> spans = new ArrayList<>();
        Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
        for (Instant at = day.atStartOfDay(zone).toInstant(); at.isBefore(end); at = at.plus(STEP)) {
            Optional<Money> cost = at(at);
            if (cost.isEmpty()) {
                return List.of();
            }
            LocalTime from = at.atZone(zone).toLocalTime();
            LocalTime to = at.plus(STEP).atZone(zone).toLocalTime();
            if (!spans.isEmpty() && spans.getLast().cost.equals(cost.get())) {
                spans.set(spans.size() - 1, new Span(spans.getLast().from, to, cost.get()));
            } else {
                spans.add(new Span(from, to, cost.get()));
            }
        }
        return List.copyOf(spans);
    }

    /** What the run can cost within the seven days from this one, the cheapest first. */
    public SortedSet<Money> week(LocalDate first, ZoneId zone) {
        SortedSet<Money> costs = new TreeSet<>();
        for (int day = 0; day < 7; day++) {
            day(first.plusDays(day), zone).forEach(span -> costs.add(span.cost));
        }
        return costs;
    }
}
