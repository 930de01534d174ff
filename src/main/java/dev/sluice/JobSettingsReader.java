package dev.sluice;

import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.job.JobSettings;
import java.nio.file.Path;

/** Reads what the settings say about jobs. */
final class JobSettingsReader {
    private JobSettingsReader() {}

    static JobSettings read(Section section) {
        return new JobSettings(
                section.text("folder").map(Path::of),
                section.texts("files").stream().map(Path::of).toList(),
                section.text("results").map(Path::of),
                section.text("key").filter(text -> !text.isBlank()).map(Secret::new));
    }
}
