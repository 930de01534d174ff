package dev.sluice;

import java.time.DateTimeException;
import java.time.LocalDate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a day of the command line, and says in people's words what is wrong with it. */
final class DayOption implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException _) {
            throw new TypeConversionException("must be a day such as 2026-11-01, not '" + text + "'");
        }
    }
}
