package dev.sluice.store.sqlite;

import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.model.Money;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sum that does not say what the rows say, in words for people. Pure.
 *
 * @param width {@link RollupTable#HOUR} or {@link RollupTable#DAY}
 * @param start in hours since 1970
 * @param cell whose attempts are added up
 * @param written what the sum says; empty where it is missing
 * @param rows what its attempts add up to
 */
record Discrepancy(int width, long start, Cell cell, Optional<Figures> written, Figures rows) {

    String sentence() {
        return "the sum of " + time(width, start) + " of the " + attempts()
                + written.map(this::difference)
                        .orElseGet(() -> " is missing; the rows have " + rows.get(Figure.ATTEMPTS)
                                + " such attempts, which cost $" + rows.money(Figure.COST));
    }

    /** Such as "the day 2026-11-16 UTC". */
    static String time(int width, long start) {
        String minute = Values.instant(start * RollupTable.HOUR_NANOS)
                .toString()
                .substring(0, "2026-11-16T12:00".length())
                .replace('T', ' ');
        return width == RollupTable.HOUR
                ? "the hour " + minute + " UTC"
                : "the day " + minute.substring(0, "2026-11-16".length()) + " UTC";
    }

    private String attempts() {
        if (cell.equals(CellRows.GONE)) {
            return "attempts of nobody who is still known";
        }
        String payer = Stream.of(
                        named("tenant", cell.tenant()),
                        named("team", cell.team()),
                        named("user", cell.user()),
                        named("key", cell.key()),
                        named("tier", cell.tier()),
                        named("job", cell.job()),
                        named("agent", cell.agent()))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining(", "));
        return cell.state().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " attempts at " + cell.provider() + "/"
                + cell.model() + (cell.estimated() ? " with counts of our own" : "")
                + (payer.isEmpty() ? " of all callers" : " of " + payer);
    }

    private static String named(String dimension, String name) {
        return name.isEmpty() ? "" : dimension + " " + name;
    }

    private String difference(Figures said) {
        String differing = Figure.SHOWN.stream()
                .filter(figure -> said.get(figure) != rows.get(figure))
                .map(figure -> words(figure) + " " + amount(said, figure) + " where the rows add up to "
                        + amount(rows, figure))
                .collect(Collectors.joining(", "));
        return differing.isEmpty()
                ? " is right, but the row of one of its attempts was changed after it was booked"
                : " says " + differing;
    }

    private static String amount(Figures figures, Figure figure) {
        return switch (figure) {
            case COST, DOUBT, FAILURE_COST, SAVED_OWN_CACHE, SAVED_PROVIDER_CACHE, SAVED_ROUTING ->
                "$" + new Money(figures.get(figure));
            case ATTEMPTS, CALLS, FRESH, CACHE_READ, CACHE_WRITE, OUTPUT, FAILURES, UNPRICED, MEASURED, PRINT ->
                Long.toString(figures.get(figure));
        };
    }

    private static String words(Figure figure) {
        return switch (figure) {
            case ATTEMPTS -> "attempts";
            case CALLS -> "calls";
            case COST -> "cost";
            case DOUBT -> "in doubt";
            case FRESH -> "fresh input tokens";
            case CACHE_READ -> "cached input tokens";
            case CACHE_WRITE -> "input tokens written into a cache";
            case OUTPUT -> "output tokens";
            case FAILURES -> "failed attempts";
            case FAILURE_COST -> "cost of failed attempts";
            case UNPRICED -> "unpriced attempts";
            case SAVED_OWN_CACHE -> "saved by the own cache";
            case SAVED_PROVIDER_CACHE -> "saved by the provider's cache";
            case SAVED_ROUTING -> "saved by routing";
            case MEASURED -> "attempts whose saving is known";
            case PRINT -> "rows";
        };
    }
}
