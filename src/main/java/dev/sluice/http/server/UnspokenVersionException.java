package dev.sluice.http.server;

/** A request is of a version of HTTP that is not spoken here. */
final class UnspokenVersionException extends Exception {
    private static final long serialVersionUID = 1L;

    UnspokenVersionException() {
        super("another version of HTTP", null, false, false);
    }
}
