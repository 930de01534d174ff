package dev.sluice.ledger.book;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What is added up of the attempts of a {@link Cell}. Money is in nano-dollars. */
public enum Figure {
    ATTEMPTS,
    /** First attempts, that is requests. */
    CALLS,
    COST,
    /** Bounds of those in doubt. */
    DOUBT,
    /** Input tokens that no cache had. */
    FRESH,
    CACHE_READ,
    CACHE_WRITE,
    OUTPUT,
    /** Attempts that neither went well nor were called off by the client. */
    FAILURES,
    FAILURE_COST,
    /** Charged, or maybe charged, at a price that nobody knows. */
    UNPRICED,
    SAVED_OWN_CACHE,
    SAVED_PROVIDER_CACHE,
    SAVED_ROUTING,
    /** Attempts of which it is known what routing has saved. */
    MEASURED,
    /** No figure to show: four bytes of each row's digest, so that a row that was damaged is missed here. */
    PRINT;

    /** All that a report shows. */
    public static final Set<Figure> SHOWN = Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(PRINT)));

    /** Where it stands among the sums of one line in memory; what lies on disk goes by the name. */
    @SuppressWarnings("EnumOrdinal")
    int place() {
        return ordinal();
    }
}
