package dev.sluice.limit;

import dev.sluice.time.Ticker;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A circuit breaker: closed, it counts; open, it refuses; half open, it lets exactly one probe through. Thread-safe.
 *
 * <p>Whoever gets a {@link Permit} must end it in one of its three ways; ending it twice changes nothing, so the
 * probe's place always comes back.
 */
public final class Breaker {
    private final BreakerConfig config;
    private final Ticker ticker;
    private State state = new State.Closed(new ArrayDeque<>());
    private int timesOpened;
    private long generation;

    public Breaker(BreakerConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
    }

    private sealed interface State {
        /** @param ends the last calls, oldest first */
        record Closed(ArrayDeque<End> ends) implements State {}

        record Open(long untilNanos) implements State {}

        record HalfOpen(boolean probing) implements State {}
    }

    private record End(long atNanos, boolean failed) {}

    /** The right to make one call. */
    public final class Permit {
        private final long issuedIn = generation;
        private boolean ended;

        private Permit() {}

        /** The server answered. Of the three ways to end a permit the first one counts; others after it do nothing. */
        public void succeeded() {
            end(false, true);
        }

        /** The server failed. Enough of these open the breaker; that of a probe opens it again, for longer. */
        public void failed() {
            end(true, true);
        }

        /** The call tells nothing about the server's health: the client's mistake, the client left, never sent. */
        public void released() {
            end(false, false);
        }

        private void end(boolean failure, boolean counts) {
            synchronized (Breaker.this) {
                if (ended) {
                    return;
                }
                ended = true;
                if (issuedIn == generation) {
                    onEnd(failure, counts);
                }
            }
        }
    }

    /** A permit, or nothing while the breaker is open or its probe is out. */
    public synchronized Optional<Permit> enter() {
        return switch (state) {
            case State.Closed _ -> Optional.of(new Permit());
            case State.Open(long until) -> ticker.nanos() - until < 0 ? Optional.empty() : probe();
            case State.HalfOpen(boolean probing) -> probing ? Optional.empty() : probe();
        };
    }

    private Optional<Permit> probe() {
        become(new State.HalfOpen(true));
        return Optional.of(new Permit());
    }

    private void onEnd(boolean failure, boolean counts) {
        switch (state) {
            case State.Closed(ArrayDeque<End> ends) -> {
                if (counts) {
                    count(ends, failure);
                }
            }
            case State.HalfOpen _ -> {
                if (!counts) {
                    become(new State.HalfOpen(false));
                } else if (failure) {
                    open();
                } else {
                    timesOpened = 0;
                    become(new State.Closed(new ArrayDeque<>()));
                }
            }
            case State.Open _ -> {}
        }
    }

    private void count(ArrayDeque<End> ends, boolean failure) {
        if (!failure && ends.isEmpty()) {
            return; // The everyday case: nothing has failed lately, so there is nothing to weigh a success against.
        }
        long now = ticker.nanos();
        ends.addLast(new End(now, failure));
        while (ends.size() > config.calls()
                || now - ends.getFirst().atNanos() > config.window().toNanos()) {
            ends.removeFirst();
        }
        if (ends.stream().filter(End::failed).count() >= config.failures()) {
            open();
        }
    }

    private void open() {
        long length = config.firstOpen().toNanos() << Math.min(timesOpened, 20);
        timesOpened++;
        become(new State.Open(
                ticker.nanos() + Math.min(length, config.longestOpen().toNanos())));
    }

    private void become(State next) {
        state = next;
        generation++;
    }

    /** Whether {@link #enter} would give a permit now. */
    public synchronized boolean admits() {
        return switch (state) {
            case State.Closed _ -> true;
            case State.Open(long until) -> ticker.nanos() - until >= 0;
            case State.HalfOpen(boolean probing) -> !probing;
        };
    }

    /** {@code closed}, {@code open} or {@code half_open}. */
    public synchronized String name() {
        return switch (state) {
            case State.Closed _ -> "closed";
            case State.Open _ -> "open";
            case State.HalfOpen _ -> "half_open";
        };
    }

    /** How long it will stay open, in nanoseconds; 0 where it is not open. */
    public synchronized long nanosUntilProbe() {
        return state instanceof State.Open(long until) ? Math.max(0, until - ticker.nanos()) : 0;
    }
}
