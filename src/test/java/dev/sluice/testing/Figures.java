package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /stats} says of its first budget, in nano-dollars; nothing where none has been used. */
public record Figures(long used, long held, long inDoubt) {
    private static final Pattern FIGURES =
            Pattern.compile("\"used\":\"([^\"]*)\",\"held\":\"([^\"]*)\",\"in_doubt\":\"([^\"]*)\"");

    public static Figures of(String stats) {
        Matcher found = FIGURES.matcher(stats);
        if (!found.find()) {
            assertThat(stats).contains("\"budgets\":[]");
            return new Figures(0, 0, 0);
        }
        return new Figures(nanos(found.group(1)), nanos(found.group(2)), nanos(found.group(3)));
    }

    /** One figure of one limit, whichever it is; -1 where the limit is not there. */
    public static long nanos(String stats, String limit, String figure) {
        Matcher found = Pattern.compile("\"limit\":\"" + limit + "\"[^}]*\"" + figure + "\":\"([0-9.]+)\"")
                .matcher(stats);
        return found.find() ? nanos(found.group(1)) : -1;
    }

    private static long nanos(String dollars) {
        return new BigDecimal(dollars).movePointRight(9).longValueExact();
    }
}
