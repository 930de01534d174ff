package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.model.Failure.Kind;
import java.util.Optional;

/** Sends requests to providers. Belongs to one loop and is used on it only. */
public interface Upstream {

    /**
     * Sends one request.
     *
     * @param method GET, POST, HEAD or DELETE
     */
    Flight send(ProviderConfig provider, String method, Outbound request, String attemptId, Answer answer);

    /** Sends one POST. Everything that comes of it is told to {@code answer}, on this loop, never within this call. */
    default Flight send(ProviderConfig provider, Outbound request, String attemptId, Answer answer) {
        return send(provider, "POST", request, attemptId, answer);
    }

    /** A request under way. */
    interface Flight {
        /** Whether any of it may have reached the provider: not while it waits for a connection. */
        boolean hasLeft();

        /** Reads no more until {@link #resume}: the provider's own sending then comes to a halt. */
        void pause();

        void resume();

        /** Drops the request at once. Nothing more is told. Doing it twice, or after the end, changes nothing. */
        void reset();
    }

    /** What comes back. After {@link #end} or {@link #broken} nothing follows. */
    interface Answer {
        void head(int status, Header header);

        void bytes(byte[] piece);

        void end();

        void broken(Break how);
    }

    /** How a request broke off. */
    enum Break {
        /** The host's name leads nowhere. */
        NO_SUCH_HOST(Kind.CONNECT, "has an address that no name server knows; check its url in the settings"),
        /** Whoever answers there cannot be trusted, or does not speak TLS. */
        NO_TRUST(
                Kind.CONNECT,
                "has no certificate that is trusted here; check its url, its certificate and this machine's clock"),
        /** Nobody answers there. */
        NOT_REACHED(Kind.CONNECT, "could not be reached; check that it runs, and its url in the settings"),
        /** All the connections that there may be are in use, and as many requests wait for one. */
        FULL(
                Kind.NO_CONNECTION_FREE,
                "has as many calls under way from here as there may be connections; lower its concurrency in the settings"),
        /** The connection ended; the request may have reached the provider. */
        LOST(Kind.CONNECT, "closed the connection without an answer"),
        /** The same of a connection that had served before: it may have ended just when the request went out. */
        STALE(Kind.STALE_CONNECTION, "closed a kept connection without an answer");

        private final Kind kind;
        private final String words;

        Break(Kind kind, String words) {
            this.kind = kind;
            this.words = words;
        }

        /** What it means for the call. */
        public Kind kind() {
            return kind;
        }

        /** Whether the provider may have got the request. */
        public boolean maybeSent() {
            return this == LOST || this == STALE;
        }

        /** What to look at, without a host's name or address: clients read it. */
        public String words() {
            return words;
        }
    }

    /** Looks up a response header by lower-case name. */
    @FunctionalInterface
    interface Header {
        Optional<String> get(String name);
    }
}
