package dev.sluice.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The environment variables, and what follows from them. An empty variable counts as not set. */
public record Environment(Map<String, String> variables) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** The variables that this process was started with. */
    public static Environment ofThisProcess() {
        return new Environment(System.getenv());
    }

    /** Empty also where it is blank. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** Where data belongs by the XDG base directory specification. */
    Path dataFolder() {
        return get("XDG_DATA_HOME")
                .map(Path::of)
                .or(() -> get("HOME").map(home -> Path.of(home, ".local", "share")))
                .orElse(Path.of("."))
                .resolve("sluice");
    }
}
