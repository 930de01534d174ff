package dev.sluice.pipeline;

import dev.sluice.dialect.Relay;
import dev.sluice.ledger.Outcome;
import dev.sluice.provider.Upstream;
import dev.sluice.time.Loop;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what is left of an answer whose client has gone, because the provider charges for all of it and says how much
 * only at its end. What cannot be read in time stays in doubt at its upper bound. Lives on its call's loop.
 */
final class Drain implements Upstream.Answer, Loop.Pulse {
    private static final long LONGEST = Duration.ofMinutes(2).toNanos();

    private final Loop loop;
    private final Upstream.Flight flight;
    private final Incoming incoming;
    private final Supplier<Relay> relays;
    private final Over whenOver;
    private final long until;
    private boolean over;

    /** Books the end. */
    @FunctionalInterface
    interface Over {
        void book(Drain drain, Outcome.State state);
    }

    Drain(Loop loop, Upstream.Flight flight, Incoming incoming, Supplier<Relay> relays, Over whenOver, long now) {
        this.loop = loop;
        this.flight = flight;
        this.incoming = incoming;
        this.relays = relays;
        this.whenOver = whenOver;
        this.until = now + LONGEST;
    }

    void start() {
        loop.add(this);
        flight.resume();
    }

    @Override
    public void head(int status, Upstream.Header header) {
        incoming.head(status, header, relays);
    }

    @Override
    public void bytes(byte[] piece) {
        if (over) {
            return;
        }
        Optional<Relay> relay = incoming.relay();
        if (relay.isEmpty()) {
            if (incoming.refusal(piece)) {
                finish(incoming.moneyAfterRefusal());
            }
            return;
        }
        relay.get().feed(piece);
        if (relay.get().failure().isPresent()) {
            finish(known());
        }
    }

    @Override
    public void end() {
        incoming.relay().ifPresent(Relay::end);
        finish(incoming.relay().isPresent() ? known() : incoming.moneyAfterRefusal());
    }

    @Override
    public void broken(Upstream.Break how) {
        finish(known());
    }

    @Override
    public void beat(long now) {
        if (now - until >= 0) {
            finish(known());
        }
    }

    /** Reads no further: the gateway ends. May be called from any thread. */
    void giveUp() {
        loop.execute(() -> finish(known()));
    }

    /** Only the provider's own count says what it will charge, and only one of all that came. */
    private Outcome.State known() {
        return incoming.isCounted() ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT;
    }

    private void finish(Outcome.State state) {
        if (!over) {
            over = true;
            loop.remove(this);
            flight.reset();
            whenOver.book(this, state);
        }
    }
}
