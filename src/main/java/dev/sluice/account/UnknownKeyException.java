package dev.sluice.account;

/** A key was asked for that is not there, or is over, which is something else than an order that is wrong. */
public final class UnknownKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public UnknownKeyException(String message) {
        super(message);
    }
}
