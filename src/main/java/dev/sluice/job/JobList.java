package dev.sluice.job;

import dev.sluice.config.Nearest;
import dev.sluice.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The jobs of the settings, each read and checked. */
public final class JobList {
    private final Map<String, Job> jobs = new TreeMap<>();

    private JobList() {}

    /**
     * Reads all of them.
     *
     * @throws SettingsException for the first mistake, and where two have one name
     */
    public static JobList read(JobSettings settings, Function<String, Optional<String>> environment, Instant now) {
        JobList list = new JobList();
        List<Path> files = new ArrayList<>(settings.files());
        settings.folder().ifPresent(folder -> files.addAll(inside(folder)));
        for (Path file : files) {
            Job job = JobFile.read(file, environment, now);
            Optional.ofNullable(list.jobs.put(job.name(), job)).ifPresent(other -> {
                throw new SettingsException(file + ": there is a job '" + job.name() + "' already, in " + other.file());
            });
        }
        return list;
    }

    private static List<Path> inside(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new SettingsException("jobs.folder: there is no folder " + folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new SettingsException("jobs.folder: " + folder + " cannot be read (" + failed + ")");
        }
    }

    /** By name. */
    public List<Job> all() {
        return List.copyOf(jobs.values());
    }

    /** @throws SettingsException with the nearest right name */
    public Job get(String name) {
        return Optional.ofNullable(jobs.get(name)).orElseThrow(() -> {
            String nearest = Nearest.to(name, jobs.keySet());
            return new SettingsException("there is no job '" + name + "' in the settings under 'jobs'"
                    + (nearest.isEmpty()
                            ? "; a job's file can be named instead"
                            : "; did you mean '" + nearest + "'?"));
        });
    }
}
