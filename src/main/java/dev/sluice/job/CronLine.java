package dev.sluice.job;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A line of Unix cron: minute, hour, day of the month, month, day of the week; the last three may be left out together.
 * Times are read off a clock on the wall, so the zone does not matter here. Immutable.
 */
public final class CronLine {
    private static final int ALL_FIELDS = 5;
    private static final int TIME_OF_DAY = 2;

    private final String text;
    private final ExecutionTime times;

    private CronLine(String text, ExecutionTime times) {
        this.text = text;
        this.times = times;
    }

    /** @throws IllegalArgumentException with what is wrong */
    public static CronLine parse(String text) {
        String[] fields = text.strip().split("\\s+", -1);
        if (fields.length != ALL_FIELDS && fields.length != TIME_OF_DAY) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a cron line: it has minute and hour, such as '30 8-15', or all five fields, such as '30 8-15 * * MON-FRI'");
        }
        String line = String.join(" ", fields) + (fields.length == TIME_OF_DAY ? " * * *" : "");
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            return new CronLine(
                    text.strip(), ExecutionTime.forCron(parser.parse(line).validate()));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not a cron line: " + wrong.getMessage(), wrong);
        }
    }

    /** The first time after this one; empty where there is none. */
    Optional<LocalDateTime> next(LocalDateTime after) {
        // In UTC no hour is left out and none comes twice.
        return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(found -> found.toLocalDateTime());
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
