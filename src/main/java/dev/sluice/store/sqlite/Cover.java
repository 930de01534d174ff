package dev.sluice.store.sqlite;

import java.util.ArrayList;
import java.util.List;

/**
 * How a stretch of time is put together from whole days, whole hours and, at its edges, single rows: zones whose offset
 * is not a whole hour begin their days inside an hour of UTC.
 *
 * @param rows in nanoseconds since 1970
 * @param hours in hours since 1970
 * @param days in hours since 1970, multiples of 24
 */
record Cover(List<Span> rows, List<Span> hours, List<Span> days) {

    /** @param to not included */
    record Span(long from, long to) {}

    /**
     * @param retained where rows may be gone, an hour at an edge counts as a whole in the stretch in which it begins, so
     *     that stretches still add up
     */
    static Cover of(long from, long to, long retained) {
        List<Span> rows = new ArrayList<>();
        List<Span> hours = new ArrayList<>();
        List<Span> days = new ArrayList<>();
        long firstHour = Math.ceilDiv(from, RollupTable.HOUR_NANOS);
        long lastHour = Math.floorDiv(to, RollupTable.HOUR_NANOS);
        if (lastHour < firstHour) {
            edge(rows, from, to, retained);
            return new Cover(rows, hours, days);
        }
        edge(rows, from, firstHour * RollupTable.HOUR_NANOS, retained);
        long end = lastHour * RollupTable.HOUR_NANOS;
        if (end < to && end < retained) {
            lastHour++;
        } else {
            edge(rows, end, to, retained);
        }
        long firstDay = Math.ceilDiv(firstHour, RollupTable.DAY) * RollupTable.DAY;
        long lastDay = Math.floorDiv(lastHour, RollupTable.DAY) * RollupTable.DAY;
        if (firstDay < lastDay) {
            add(hours, firstHour, firstDay);
            add(days, firstDay, lastDay);
            add(hours, lastDay, lastHour);
        } else {
            add(hours, firstHour, lastHour);
        }
        return new Cover(rows, hours, days);
    }

    private static void edge(List<Span> rows, long from, long to, long retained) {
        add(rows, Math.max(from, retained), to);
    }

    private static void add(List<Span> spans, long from, long to) {
        if (from < to) {
            spans.add(new Span(from, to));
        }
    }
}
