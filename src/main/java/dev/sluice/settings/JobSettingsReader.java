package dev.sluice.settings;

import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.job.JobSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads what the settings say about jobs. */
final class JobSettingsReader {
    private JobSettingsReader() {}

    static JobSettings read(Section section) {
        return new JobSettings(
                section.value("folder", JobSettingsReader::folder),
                files(section),
                section.text("results").map(Path::of),
                section.text("key").filter(text -> !text.isBlank()).map(Secret::new));
    }

    private static List<Path> files(Section section) {
        List<Path> files = new ArrayList<>();
        for (String text : section.texts("files")) {
            Path file = Path.of(text);
            if (!Files.isRegularFile(file)) {
                throw section.wrong("files", "there is no file " + file.toAbsolutePath());
            }
            if (files.contains(file)) {
                throw section.wrong("files", "names " + file + " twice");
            }
            files.add(file);
        }
        return files;
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
