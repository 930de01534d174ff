package dev.sluice.pipeline;

import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.pipeline.client.Waiting;
import dev.sluice.time.Loop;

/** Where a call waits for its place among its caller's calls, which is being leased from what several gateways share. */
final class AtTurnstile implements Waiting.Door {
    private final Turnstile turnstile;
    private final Request request;
    private final Road road;
    private final long untilNanos;
    private final Waiting waiting;

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
        this.turnstile = turnstile;
        this.request = request;
        this.road = road;
        this.untilNanos = untilNanos;
        this.waiting = new Waiting(loop, this);
    }

    /** The call, first as it waits and then as it is made. */
    Waiting call() {
        return waiting;
    }

    @Override
    public void look(long now) {
        try {
            if (turnstile.enter(request)) {
                waiting.become(road.make());
                stopWaiting(); // After it is one of those under way: a gateway that ends waits for those.
            } else if (now - untilNanos >= 0) {
                waiting.expire(Turnstile.tooLate());
            }
        } catch (RuntimeException refusal) {
            stopWaiting();
            road.refuse(Mishap.of(refusal, request.id()));
        }
    }

    private void stopWaiting() {
        waiting.end();
        road.left(waiting);
    }

    @Override
    public void left() {
        road.left(waiting);
        turnstile.leave(request, false);
    }

    @Override
    public void refuse(Failure failure) {
        road.refuse(failure);
    }
}
