package dev.sluice.pipeline.repeat;

import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.pipeline.client.Waiting;
import dev.sluice.time.Loop;
import java.time.Duration;
import java.util.Optional;

/** Where a call under an {@code Idempotency-Key} waits until it is durable that it has begun. Belongs to the call's loop. */
public final class Repeatable implements Waiting.Door {
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
    private final Waiting waiting;

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
        this.waiting = new Waiting(loop, this);
    }

    /** The call, first as it waits and then as it is made. */
    public Running call() {
        return waiting;
    }

    public void start() {
        slot.begin(loop, this::found);
        if (!waiting.isOver()) {
            waiting.begin();
        }
    }

    private void found(KeptAnswers.Found found) {
        if (!(found instanceof KeptAnswers.Found.Begun)) {
            slot.forget();
        }
        if (waiting.isOver()) {
            slot.release(); // Nobody is left who wants it made.
            return;
        }
        waiting.end();
        switch (found) {
            case KeptAnswers.Found.Begun() -> road.make(slot).ifPresent(waiting::become);
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

    @Override
    public void look(long now) {
        if (now - request.deadlineNanos() >= 0) {
            waiting.expire(new Failure.Busy("the store of kept answers took too long", Duration.ofSeconds(5)));
        }
    }

    @Override
    public void left() {
        // What the store says in the end finds nobody here, and gives the key back.
    }

    @Override
    public void refuse(Failure failure) {
        road.refuse(failure);
    }
}
