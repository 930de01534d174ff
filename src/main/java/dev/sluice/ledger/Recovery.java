package dev.sluice.ledger;

import java.time.Duration;
import java.util.List;

/**
 * What was found when the ledger was opened.
 *
 * @param ended attempts that had ended but were not in the archive yet
 * @param inDoubt attempts that nobody saw ending; they count at their bound until somebody finds out
 * @param damage what of the journal could not be read, each with file and place; only where that was allowed
 */
public record Recovery(int ended, int inDoubt, List<String> damage, Duration took) {

    public Recovery {
        damage = List.copyOf(damage);
    }
}
