package dev.sluice.job;

import dev.sluice.config.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which jobs there are.
 *
 * @param folder every {@code *.yaml} in it is a job
 * @param files further jobs
 * @param results where results go that a job does not send elsewhere; empty for {@code jobs} in the data folder
 * @param key what jobs show the gateway, where it asks for keys
 */
public record JobSettings(Optional<Path> folder, List<Path> files, Optional<Path> results, Optional<Secret> key) {
    public static final JobSettings NONE =
            new JobSettings(Optional.empty(), List.of(), Optional.empty(), Optional.empty());

    public JobSettings {
        files = List.copyOf(files);
    }

    public boolean isEmpty() {
        return folder.isEmpty() && files.isEmpty();
    }
}
