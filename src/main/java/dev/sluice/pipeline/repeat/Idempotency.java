package dev.sluice.pipeline.repeat;

import dev.sluice.dialect.Inbound;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.Request;
import dev.sluice.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Good answers kept for clients that repeat a call under its {@code Idempotency-Key}, and which such calls still run. A
 * key means something only together with the client that sent it and the end user it was sent for. What is not in memory
 * is asked of {@link KeptAnswers}. Thread-safe: its lock is held for a few map operations and no more.
 */
public final class Idempotency {
    /** The longest answer that is kept. */
    static final int LONGEST_ANSWER = 1024 * 1024;

    /** The most bytes of all answers together, also of those still being recorded. */
    private static final long ALL_ANSWERS = 64L * LONGEST_ANSWER;

    /** What an answer takes besides its body: its names, its headers and its place in the map. */
    private static final int OVERHEAD = 2 * 1024;

    private static final String RUNS = "the call with this Idempotency-Key still runs; wait and try again";
    private static final String USED =
            "this Idempotency-Key was used for another call; send a new key, or the same body to the same path";

    private final Ticker ticker;
    private final long keptNanos;
    private final KeptAnswers store;
    private final Map<Scope, String> running = new HashMap<>();
    private final LinkedHashMap<Scope, Kept> answered = new LinkedHashMap<>(); // the oldest first
    private long bytes;

    /** @param kept how long answers are, in memory and in the store */
    public Idempotency(Ticker ticker, Duration kept, KeptAnswers store) {
        this.ticker = ticker;
        this.keptNanos = kept.toNanos();
        this.store = store;
    }

    private record Scope(String tenant, String client, String user, String key) {
        /** Lengths go before the parts, so that no two scopes are written alike. */
        String digest() {
            String owner = tenant.isEmpty() ? "" : "tenant " + tenant.length() + ":" + tenant;
            String text = owner + client.length() + ":" + client + user.length() + ":" + user + key;
            return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private record Kept(String fingerprint, RecordedReply reply, long sinceNanos) {
        long weight() {
            return reply.body().length + (long) OVERHEAD;
        }
    }

    /** What a key turns out to be. */
    public sealed interface Claim {
        /** Not known in memory: the slot must be begun, and told what became of the call. */
        record First(Slot slot) implements Claim {}

        /** The same call has been answered before. */
        record Answered(RecordedReply reply) implements Claim {}
    }

    /**
     * Looks up the call that this client makes under this key; the first one takes the key.
     *
     * @throws GatewayException where the same call still runs, or the key was used for another one
     */
    public Claim claim(Request request, String key) {
        // Outside the lock: a body may be long.
        String fingerprint = fingerprint(request.inbound());
        Scope scope = new Scope(
                request.caller().tenant(),
                request.caller().name(),
                request.caller().user(),
                key);
        return claim(scope, new KeptAnswers.Once(scope.digest(), fingerprint, request.id()));
    }

    private synchronized Claim claim(Scope scope, KeptAnswers.Once call) {
        dropExpired();
        Optional<Kept> kept = Optional.ofNullable(answered.get(scope));
        Optional<String> before = kept.map(Kept::fingerprint).or(() -> Optional.ofNullable(running.get(scope)));
        if (before.isEmpty()) {
            running.put(scope, call.fingerprint());
            return new Claim.First(new Slot(scope, call));
        }
        if (!before.get().equals(call.fingerprint())) {
            throw new GatewayException(otherCall());
        }
        return kept.map(found -> new Claim.Answered(found.reply))
                .orElseThrow(() -> new GatewayException(new Failure.StillRunning(RUNS, Duration.ofSeconds(1))));
    }

    static Failure otherCall() {
        return new Failure.BadRequest(422, USED, "Idempotency-Key", "idempotency_key_reused");
    }

    private static String fingerprint(Inbound inbound) {
        MessageDigest digest = sha256();
        digest.update(("POST " + inbound.endpoint().path() + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(inbound.body()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void dropExpired() {
        long now = ticker.nanos();
        Iterator<Kept> oldest = answered.values().iterator();
        while (oldest.hasNext()) {
            Kept kept = oldest.next();
            if (now - kept.sinceNanos < keptNanos) {
                return;
            }
            bytes -= kept.weight();
            oldest.remove();
        }
    }

    /** @return false where even without any older answer there would be no room */
    private boolean makeRoom(long more) {
        Iterator<Kept> oldest = answered.values().iterator();
        while (bytes + more > ALL_ANSWERS && oldest.hasNext()) {
            bytes -= oldest.next().weight();
            oldest.remove();
        }
        return bytes + more <= ALL_ANSWERS;
    }

    /** The key of a call under way. It must be told of the call's end, whatever that is. Belongs to the call's loop. */
    public final class Slot {
        private final Scope scope;
        private final KeptAnswers.Once call;
        private long reserved;
        private boolean open = true;

        private Slot(Scope scope, KeptAnswers.Once call) {
            this.scope = scope;
            this.call = call;
        }

        /** Asks the store what it knows of the call. Where it knows something, the slot is to be forgotten. */
        void begin(Executor loop, Consumer<KeptAnswers.Found> then) {
            store.begin(call, loop, then);
        }

        /**
         * Asks for room for so many bytes more of the answer.
         *
         * @return false where there is none: the answer cannot be kept
         */
        boolean reserve(int more) {
            synchronized (Idempotency.this) {
                if (!open || reserved + more > LONGEST_ANSWER || !makeRoom(more)) {
                    return false;
                }
                bytes += more;
                reserved += more;
                return true;
            }
        }

        /** The call went well: from now on the same call gets this answer. Room for its body must have been reserved. */
        void keep(RecordedReply reply) {
            synchronized (Idempotency.this) {
                if (!open) {
                    return;
                }
                forget();
                store.keep(call, reply);
                Kept kept = new Kept(call.fingerprint(), reply, ticker.nanos());
                if (makeRoom(kept.weight())) {
                    bytes += kept.weight();
                    answered.put(scope, kept);
                }
            }
        }

        /** Frees the key for another try. Does nothing where the call's end is known already. */
        void release() {
            synchronized (Idempotency.this) {
                if (open) {
                    forget();
                    // Within the lock: whoever takes the key next must come to the store after this.
                    store.release(call);
                }
            }
        }

        /** The call did not begin: leaves to the store what it knows of it. */
        void forget() {
            synchronized (Idempotency.this) {
                if (open) {
                    open = false;
                    bytes -= reserved;
                    running.remove(scope);
                }
            }
        }
    }
}
