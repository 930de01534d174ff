package dev.sluice.config;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Settings that are read again while they hold. Thread-safe. */
public interface Reloading {

    /** Reads them now, whether or not they look changed. Blocks; not for an event loop. */
    Outcome reload();

    Status status();

    /** What became of one reading. */
    sealed interface Outcome {
        /**
         * They hold from now on.
         *
         * @param changed paths of settings that are others than before
         * @param waiting paths of settings that are written otherwise than they hold, until the next start
         */
        record Taken(List<String> changed, List<String> waiting) implements Outcome {}

        /** Those of before stay, all of them. */
        record Refused(String why) implements Outcome {}
    }

    /**
     * How it stands.
     *
     * @param source the file's name
     * @param taken how many readings changed something
     * @param refused how many changes were refused
     * @param last when something was last changed; empty if never
     * @param error why the present file is not in force; empty while it is
     * @param waiting paths of settings that take effect after a restart
     */
    record Status(
            String source,
            long taken,
            long refused,
            Optional<Instant> last,
            Optional<String> error,
            List<String> waiting) {}
}
