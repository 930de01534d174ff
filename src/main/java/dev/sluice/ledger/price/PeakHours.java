package dev.sluice.ledger.price;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours of the week, in UTC, in which a price of its own holds: {@code Mon-Fri 01:00-04:00 06:00-10:00}.
 *
 * @param text as written in the price file
 * @param firstDay 0 for Monday
 * @param spans in minutes of the day; the end is not included
 */
public record PeakHours(String text, int firstDay, int lastDay, List<Span> spans) {
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Pattern HOURS = Pattern.compile("([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])");
    private static final int DAY_SECONDS = 86_400;
    private static final int DAY_MINUTES = 1440;

    public record Span(int fromMinute, int toMinute) {}

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
        return new PeakHours(text, first, last, spans);
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
