package dev.sluice.command;

import dev.sluice.settings.Settings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port of the command line, and says in people's words what is wrong with it. */
final class PortOption implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        try {
            return Settings.Listening.port(text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(wrong.getMessage());
        }
    }
}
