package dev.sluice.ledger.budget;

import java.io.IOException;

/** The pool gave no answer. Its message is one for the operator, without a password. */
public final class PoolUnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean expelled;

    public PoolUnreachableException(String message) {
        this(message, false);
    }

    private PoolUnreachableException(String message, boolean expelled) {
        super(message);
        this.expelled = expelled;
    }

    /** Another gateway goes by this one's name, so that what this one has leased is no longer its own. */
    public static PoolUnreachableException expelled(String message) {
        return new PoolUnreachableException(message, true);
    }

    public boolean isExpelled() {
        return expelled;
    }
}
