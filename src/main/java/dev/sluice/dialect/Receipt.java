package dev.sluice.dialect;

import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.util.Optional;

/** What a stream's final chunk says about its own cost, in a field named {@code sluice}. Empty: nothing is added. */
@FunctionalInterface
public interface Receipt {

    Receipt NONE = new Receipt() {
        @Override
        public Optional<RawJson> of(Optional<Usage> usage) {
            return Optional.empty();
        }

        @Override
        public boolean isDue() {
            return false;
        }
    };

    /** @param usage what the attempt consumed, where known by then */
    Optional<RawJson> of(Optional<Usage> usage);

    /** Whether anything would be added if the answer ended now. */
    default boolean isDue() {
        return true;
    }
}
