package dev.sluice.command;

import dev.sluice.store.sqlite.SqliteAttempts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Says where a question goes back to a time of which the attempts' rows are no longer kept. */
final class Forgotten {
    private Forgotten() {}

    /** @param from the first moment that is asked about */
    static Optional<String> words(SqliteAttempts attempts, Instant from) {
        return attempts.keptFrom()
                .filter(from::isBefore)
                .map(kept -> "Attempts of before " + kept.truncatedTo(ChronoUnit.SECONDS)
                        + " are missing here: the setting 'retention' had their rows removed.");
    }
}
