package dev.sluice.settings;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where the settings of a running gateway stand.
 *
 * @param file what is watched
 * @param again reads and checks it anew, as at a start, with everything that the command line says; throws {@link
 *     dev.sluice.config.SettingsException}
 */
public record SettingsSource(Path file, Supplier<Settings> again) {}
