package dev.sluice.pipeline;

import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.time.Loop;
import java.util.Optional;

/**
 * A call whose place among its caller's calls is being leased from what several gateways share: until it has one it
 * waits, and from then on it is the call itself. Belongs to the call's loop.
 */
final class AtTurnstile implements Running, Loop.Pulse {
    private final Loop loop;
    private final Turnstile turnstile;
    private final Request request;
    private final Road road;
    private final long untilNanos;
    private boolean waiting = true;
    private Optional<Running> call = Optional.empty();

    /** The ways on from here. */
    interface Road {
        /** It is in: makes the call. */
        Running make();

        void refuse(Failure failure);

        /** It waits no longer, whatever comes next. */
        void left(Running waiting);
    }

    /** @param untilNanos it does not wait for longer */
    AtTurnstile(Loop loop, Turnstile turnstile, Request request, Road road, long untilNanos) {
        this.loop = loop;
        this.turnstile = turnstile;
        this.request = request;
        this.road = road;
        this.untilNanos = untilNanos;
    }

    void start() {
        loop.add(this);
    }

    @Override
    public void beat(long now) {
        if (!waiting) {
            return;
        }
        try {
            if (turnstile.enter(request)) {
                call = Optional.of(road.make());
                stopWaiting(); // After it is one of those under way: a gateway that ends waits for those.
            } else if (now - untilNanos >= 0) {
                expire(Turnstile.tooLate());
            }
        } catch (RuntimeException refusal) {
            stopWaiting();
            road.refuse(Mishap.of(refusal, request.id()));
        }
    }

    private void stopWaiting() {
        waiting = false;
        loop.remove(this);
        road.left(this);
    }

    private void giveUp() {
        stopWaiting();
        turnstile.leave(request, false);
    }

    @Override
    public void clientGone() {
        if (waiting) {
            giveUp();
        }
        call.ifPresent(Running::clientGone);
    }

    @Override
    public void drained() {
        call.ifPresent(Running::drained);
    }

    @Override
    public void expire(Failure failure) {
        if (waiting) {
            giveUp();
            road.refuse(failure);
        }
        call.ifPresent(under -> under.expire(failure));
    }
}
