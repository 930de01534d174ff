package dev.sluice.ledger.report;

import dev.sluice.config.Nearest;
import dev.sluice.ledger.Stretch;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is asked of the book.
 *
 * @param first the first day, as days are counted in {@code zone}
 * @param last the last day, included
 */
public record UsageQuestion(Breakdown by, LocalDate first, LocalDate last, ZoneId zone, Format format) {
    /** The zone in which days are counted where none is named. */
    public static final String ZONE = "Asia/Seoul";

    private static final List<String> PARAMETERS = List.of("by", "from", "to", "zone", "format");
    private static final int USUAL_DAYS = 30;
    private static final int MOST_DAYS = 3_660;
    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 2200;

    /** How the answer is written. */
    public enum Format {
        TEXT,
        CSV,
        JSON
    }

    /** What one line is about. */
    public sealed interface Breakdown {
        String word();

        /** A line for each stretch of time. */
        record Time(Stretch.Unit unit) implements Breakdown {
            @Override
            public String word() {
                return unit.name().toLowerCase(Locale.ROOT);
            }
        }

        /** A line for each value. */
        record Value(Reports.By what) implements Breakdown {
            @Override
            public String word() {
                return what.name().toLowerCase(Locale.ROOT);
            }
        }
    }

    public UsageQuestion {
        checkNear("from", first);
        checkNear("to", last);
        if (first.isAfter(last)) {
            throw new IllegalArgumentException("'from' (" + first + ") is after 'to' (" + last + "): turn them round");
        }
        if (ChronoUnit.DAYS.between(first, last) >= MOST_DAYS) {
            throw new IllegalArgumentException("ask for at most " + MOST_DAYS + " days at once");
        }
    }

    /**
     * Reads a question from parameters of the names by, from, to, zone and format.
     *
     * @param parameter empty where it was not given
     * @param usual the format where none is named
     * @throws IllegalArgumentException with what to write instead
     */
    public static UsageQuestion of(Function<String, Optional<String>> parameter, Format usual, InstantSource clock) {
        ZoneId zone = zone(parameter.apply("zone").orElse(ZONE));
        LocalDate last = parameter
                .apply("to")
                .map(text -> date("to", text))
                .orElseGet(() -> LocalDate.ofInstant(clock.instant(), zone));
        LocalDate first =
                parameter.apply("from").map(text -> date("from", text)).orElseGet(() -> last.minusDays(USUAL_DAYS));
        Format format = parameter.apply("format").map(UsageQuestion::format).orElse(usual);
        return new UsageQuestion(breakdown(parameter.apply("by").orElse("day")), first, last, zone, format);
    }

    /**
     * Refuses what would be passed over in silence.
     *
     * @param names of the parameters that were given, each as often as it was
     * @throws IllegalArgumentException naming the first that is unknown or repeated
     */
    public static void checkParameters(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!PARAMETERS.contains(name)) {
                String nearest = Nearest.to(name, PARAMETERS);
                throw new IllegalArgumentException("'" + shown(name) + "' is no parameter here"
                        + (nearest.isEmpty()
                                ? "; there are " + String.join(", ", PARAMETERS)
                                : "; did you mean '" + nearest + "'?"));
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException("'" + name + "' is there twice");
            }
        }
    }

    /** All words that one may report by. */
    public static List<String> words() {
        return breakdowns().map(Breakdown::word).toList();
    }

    private static Stream<Breakdown> breakdowns() {
        return Stream.concat(
                Stream.of(Stretch.Unit.values()).map(Breakdown.Time::new),
                Stream.of(Reports.By.values()).map(Breakdown.Value::new));
    }

    private static Breakdown breakdown(String word) {
        return breakdowns()
                .filter(breakdown -> breakdown.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'by' must be one of " + String.join(", ", words()) + ", not '" + shown(word) + "'"));
    }

    private static Format format(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "text" -> Format.TEXT;
            case "csv" -> Format.CSV;
            case "json" -> Format.JSON;
            default ->
                throw new IllegalArgumentException("'format' must be text, csv or json, not '" + shown(word) + "'");
        };
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "'zone' must be a time zone such as Asia/Seoul, Europe/Berlin or UTC, not '" + shown(name) + "'");
        }
    }

    private static LocalDate date(String name, String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            checkNear(name, day);
            return day;
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "'" + name + "' must be a day such as 2026-11-01, not '" + shown(text) + "'");
        }
    }

    /** A calendar goes further than time can be counted in. */
    private static void checkNear(String name, LocalDate day) {
        if (day.getYear() < FIRST_YEAR || day.getYear() > LAST_YEAR) {
            throw new IllegalArgumentException(
                    "'" + name + "' must lie between " + FIRST_YEAR + " and " + LAST_YEAR + ", not be " + day);
        }
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 40 ? plain.substring(0, 40) + "..." : plain;
    }
}
