package dev.sluice.http.server;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How event loops talk to the kernel. io_uring hands over many reads and writes with one system call, which costs a third
 * less than epoll (docs/decisions/008); some machines and containers forbid it, so what is not there is passed over.
 */
public enum Transport {
    /** The first of the others that this machine has. */
    AUTO,
    IO_URING,
    EPOLL,
    /** Java's own, everywhere. */
    NIO;

    private static final List<Transport> BEST_FIRST = List.of(IO_URING, EPOLL, NIO);

    /** @throws IllegalArgumentException for any other word, with the words there are */
    public static Transport of(String word) {
        for (Transport transport : values()) {
            if (transport.word().equals(word)) {
                return transport;
            }
        }
        throw new IllegalArgumentException("must be auto, io_uring, epoll or nio, not '" + word + "'");
    }

    /** As settings write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What there is of it here; never {@link #AUTO}.
     *
     * @throws IOException where it was asked for by its name and is not there
     */
    Transport found() throws IOException {
        if (this == AUTO) {
            return BEST_FIRST.stream()
                    .filter(transport -> transport.missing().isEmpty())
                    .findFirst()
                    .orElse(NIO);
        }
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            throw new IOException(
                    "listen.transport: " + word() + " cannot be had here (" + missing.get() + "); auto takes what can");
        }
        return this;
    }

    /** Why it cannot be had; empty where it can. */
    private Optional<String> missing() {
        io.vertx.core.spi.transport.Transport implementation = vertx().implementation();
        if (implementation.isAvailable()) {
            return Optional.empty();
        }
        Throwable cause = implementation.unavailabilityCause();
        return Optional.of(cause == null ? "not on this system" : String.valueOf(cause.getMessage()));
    }

    io.vertx.core.transport.Transport vertx() {
        return switch (this) {
            case IO_URING -> io.vertx.core.transport.Transport.IO_URING;
            case EPOLL -> io.vertx.core.transport.Transport.EPOLL;
            case NIO, AUTO -> io.vertx.core.transport.Transport.NIO;
        };
    }
}
