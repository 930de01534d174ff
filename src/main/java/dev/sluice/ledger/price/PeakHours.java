package dev.sluice.ledger.price;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hours of the week, in UTC, in which a price of its own holds: {@code Mon-Fri 01:00-04:00 06:00-10:00}.
 *
 * @param text as written in a price file, in one spelling: the same hours have the same text
 * @param firstDay 0 for Monday
 * @param spans in minutes of the day; the end is not included
 */
public record PeakHours(String text, int firstDay, int lastDay, List<Span> spans) {
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Pattern HOURS = Pattern.compile("([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])");
    private static final int DAY_SECONDS = 86_400;
    private static final int DAY_MINUTES = 1440;

    /** Minutes since midnight UTC, from (included) to (not included), within one day: at most 1440. */
    public record Span(int fromMinute, int toMinute) {
        private boolean meets(Span other) {
            return fromMinute < other.toMinute && other.fromMinute < toMinute;
        }

        private String text() {
            return clock(fromMinute) + "-" + clock(toMinute);
        }

        private static String clock(int minute) {
            return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
        }
    }

    public PeakHours {
        spans = List.copyOf(spans);
    }

    static PeakHours parse(String text) {
        String[] words = text.split(" +", -1);
        String[] days = words[0].split("-", -1);
        int first = DAYS.indexOf(days[0]);
        int last = DAYS.indexOf(days[days.length - 1]);
        if (days.length > 2 || first < 0 || last < first || words.length < 2) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no window: write it as Mon-Fri 01:00-04:00 06:00-10:00, in UTC");
        }
        List<Span> spans = new ArrayList<>();
        for (int word = 1; word < words.length; word++) {
            spans.add(span(words[word]));
        }
        return of(first, last, spans);
    }

    private static PeakHours of(int firstDay, int lastDay, List<Span> written) {
        List<Span> spans = joined(written);
        String days = DAYS.get(firstDay) + (lastDay > firstDay ? "-" + DAYS.get(lastDay) : "");
        String hours = spans.stream().map(Span::text).collect(Collectors.joining(" "));
        return new PeakHours(days + " " + hours, firstDay, lastDay, spans);
    }

    /** The earliest first, with those that meet or follow on each other as one. */
    private static List<Span> joined(List<Span> spans) {
        List<Span> joined = new ArrayList<>();
        for (Span span :
                spans.stream().sorted(Comparator.comparingInt(Span::fromMinute)).toList()) {
            if (!joined.isEmpty() && joined.getLast().toMinute() >= span.fromMinute()) {
                Span before = joined.removeLast();
                joined.add(new Span(before.fromMinute(), Math.max(before.toMinute(), span.toMinute())));
            } else {
                joined.add(span);
            }
        }
        return joined;
    }

    /** Whether any moment lies in both windows. */
    boolean overlaps(PeakHours other) {
        return firstDay <= other.lastDay
                && other.firstDay <= lastDay
                && spans.stream().anyMatch(span -> other.spans.stream().anyMatch(span::meets));
    }

    private static Span span(String text) {
        Matcher hours = HOURS.matcher(text);
        if (!hours.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" are no hours: write them as 01:00-04:00");
        }
        int from = Integer.parseInt(hours.group(1)) * 60 + Integer.parseInt(hours.group(2));
        int to = Integer.parseInt(hours.group(3)) * 60 + Integer.parseInt(hours.group(4));
        if (from >= to || to > DAY_MINUTES) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" does not end after it begins on the same day; the day ends at 24:00");
        }
        return new Span(from, to);
    }

    boolean holds(Instant at) {
        return touches(at, at);
    }

    /** Whether any moment between the two lies in the window, both included. */
    boolean touches(Instant from, Instant to) {
        long lastDayOfEpoch = Math.floorDiv(to.getEpochSecond(), DAY_SECONDS);
        for (long day = Math.floorDiv(from.getEpochSecond(), DAY_SECONDS); day <= lastDayOfEpoch; day++) {
            long midnight = day * DAY_SECONDS;
            if (isDay(day) && touches(from.getEpochSecond() - midnight, to.getEpochSecond() - midnight)) {
                return true;
            }
        }
        return false;
    }

    private boolean isDay(long dayOfEpoch) {
        // The epoch began on a Thursday.
        int day = (int) Math.floorMod(dayOfEpoch + 3, 7L);
        return firstDay <= day && day <= lastDay;
    }

    private boolean touches(long fromSecond, long toSecond) {
        for (int index = 0; index < spans.size(); index++) {
            Span span = spans.get(index);
            if (fromSecond < span.toMinute() * 60L && toSecond >= span.fromMinute() * 60L) {
                return true;
            }
        }
        return false;
    }
}
