package dev.sluice.pipeline.repeat;

import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.time.Loop;
import java.time.Duration;
import java.util.Optional;

/**
 * A call under an {@code Idempotency-Key}: until it is durable that it has begun it waits, and from then on it is the
 * call itself. Belongs to the call's loop.
 */
public final class Repeatable implements Running, Loop.Pulse {
    private static final String IN_DOUBT =
            "the call with this Idempotency-Key was under way when the gateway stopped, and "
                    + "nobody knows yet whether its provider charges for it; ask again when that is resolved, or send a new key to "
                    + "have it made, and perhaps charged, a second time";
    private static final String LOST =
            "the call with this Idempotency-Key was made and charged, but its answer was not "
                    + "kept; send a new key to have it made, and charged, a second time";

    private final Loop loop;
    private final Request request;
    private final Idempotency.Slot slot;
    private final Road road;
    private boolean waiting = true;
    private Optional<Running> call = Optional.empty();

    /** The ways on from here. */
    public interface Road {
        /** Makes the call; empty where it has been answered already. */
        Optional<Running> make(Idempotency.Slot slot);

        void replay(RecordedReply reply);

        void refuse(Failure failure);
    }

    public Repeatable(Loop loop, Request request, Idempotency.Slot slot, Road road) {
        this.loop = loop;
        this.request = request;
        this.slot = slot;
        this.road = road;
    }

    public void start() {
        slot.begin(loop, this::found);
        if (waiting) {
            loop.add(this);
        }
    }

    private void found(KeptAnswers.Found found) {
        if (!(found instanceof KeptAnswers.Found.Begun)) {
            slot.forget();
        }
        if (!waiting) {
            slot.release(); // Nobody is left who wants it made.
            return;
        }
        stopWaiting();
        switch (found) {
            case KeptAnswers.Found.Begun() -> call = road.make(slot);
            case KeptAnswers.Found.Answered(RecordedReply reply) -> road.replay(reply);
            case KeptAnswers.Found.OtherCall() -> road.refuse(Idempotency.otherCall());
            case KeptAnswers.Found.InDoubt() -> road.refuse(conflict(IN_DOUBT, "idempotency_key_in_doubt"));
            case KeptAnswers.Found.Lost() -> road.refuse(conflict(LOST, "idempotency_answer_lost"));
            case KeptAnswers.Found.Unavailable(String why) -> road.refuse(new Failure.LedgerUnavailable(why));
        }
    }

    private static Failure conflict(String words, String code) {
        return new Failure.BadRequest(409, words, "Idempotency-Key", code);
    }

    private void stopWaiting() {
        waiting = false;
        loop.remove(this);
    }

    @Override
    public void beat(long now) {
        if (waiting && now - request.deadlineNanos() >= 0) {
            expire(new Failure.Busy("the store of kept answers took too long", Duration.ofSeconds(5)));
        }
    }

    @Override
    public void clientGone() {
        if (waiting) {
            stopWaiting();
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
            stopWaiting();
            road.refuse(failure);
        }
        call.ifPresent(under -> under.expire(failure));
    }
}
