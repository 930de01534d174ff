package dev.sluice;

import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.job.JobSettings;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the settings say about jobs. */
final class JobSettingsReader {
    private JobSettingsReader() {}

    static JobSettings read(Section section) {
        return new JobSettings(
                section.value("folder", JobSettingsReader::folder),
                section.texts("files").stream().map(Path::of).toList(),
                section.text("results").map(Path::of),
                section.text("key").filter(text -> !text.isBlank()).map(Secret::new));
    }

    private static Path folder(String text) {
        Path folder = Path.of(text);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder);
        }
        if (!Files.isReadable(folder)) {
            throw new IllegalArgumentException(folder + " may not be read: permission denied");
        }
        return folder;
    }
}
