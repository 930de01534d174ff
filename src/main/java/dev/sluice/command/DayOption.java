package dev.sluice.command;

import java.time.DateTimeException;
import java.time.LocalDate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a day of the command line, and says in people's words what is wrong with it. */
final class DayOption implements ITypeConverter<LocalDate> {
    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 2200;

    @Override
    public LocalDate convert(String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() < FIRST_YEAR || day.getYear() > LAST_YEAR) {
                throw new TypeConversionException(
                        "must lie between " + FIRST_YEAR + " and " + LAST_YEAR + ", not be " + day);
            }
            return day;
        } catch (DateTimeException _) {
            throw new TypeConversionException("must be a day such as 2026-11-01, not '" + text + "'");
        }
    }
}
