package dev.sluice.pipeline;

import dev.sluice.ledger.Cost;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.util.Optional;

/** What one provider's model costs at one moment. */
public interface Price {

    /** Whether its calls cost nothing, so that nothing has to be booked before they are sent. */
    boolean free();

    /** The most that a call may cost; empty where no price is known. */
    Optional<Money> bound(long inputTokens, long outputTokens);

    Cost of(Usage usage);

    /** Names the price row; "" where there is none. */
    String version();

    /** Comparable between models, smaller is cheaper; empty where no price is known. */
    Optional<Long> rank();
}
