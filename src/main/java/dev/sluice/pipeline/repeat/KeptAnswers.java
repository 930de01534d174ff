package dev.sluice.pipeline.repeat;

import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * First answers that outlive this program, for clients that repeat a call under its {@code Idempotency-Key}, and which
 * such calls have begun. Thread-safe. Its methods return at once, except {@link #close}; what is told by one thread is
 * done in that order.
 */
public interface KeptAnswers extends Closeable {

    /** Remembers nothing, so that each call that is not known in memory is a first one. */
    KeptAnswers NONE = new KeptAnswers() {
        @Override
        public void begin(Once call, Executor loop, Consumer<Found> then) {
            then.accept(new Found.Begun());
        }

        @Override
        public void keep(Once call, RecordedReply reply) {}

        @Override
        public void release(Once call) {}

        @Override
        public void close() {}
    };

    /**
     * A call that is to be made once.
     *
     * @param id a digest of its client, end user and key, in hex
     * @param fingerprint a digest of its path and body, in hex
     * @param requestId under which its attempts are booked
     */
    record Once(String id, String fingerprint, String requestId) {}

    /** What is known of a call that wants to begin. */
    sealed interface Found {
        /** Nothing: it has begun now, and that is durable. */
        record Begun() implements Found {}

        /** It has been answered before. */
        record Answered(RecordedReply reply) implements Found {}

        /** Its key was used for another call. */
        record OtherCall() implements Found {}

        /** It was made before and never ended here; its provider may have charged for it, and nobody knows yet. */
        record InDoubt() implements Found {}

        /** It was made and charged, but its answer is not there any more. */
        record Lost() implements Found {}

        /** Nothing can be made durable, or read, just now. */
        record Unavailable(String why) implements Found {}
    }

    /**
     * Looks a call up, and makes it durable that it has begun where nothing is known of it.
     *
     * @param loop where {@code then} is called, exactly once
     */
    void begin(Once call, Executor loop, Consumer<Found> then);

    /** The call that has begun went well: from now on a repeat gets this answer. Written behind. */
    void keep(Once call, RecordedReply reply);

    /** The call that has begun failed, so it may be made anew. Written behind. */
    void release(Once call);

    /** Waits until everything told so far is on disk, as long as that makes sense. */
    @Override
    void close();
}
