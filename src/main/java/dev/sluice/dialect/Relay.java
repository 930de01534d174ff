package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import java.util.Optional;

/**
 * Turns the body that a provider sends (status 200) into the body that the client gets, and reads on the way what the
 * gateway must know. One per attempt, used by one thread. Never throws on what a provider sends: nonsense becomes a
 * {@link #failure()}.
 */
public interface Relay {

    /** The media type of the body that the client gets. */
    String contentType();

    /**
     * Takes the next bytes of the provider's body.
     *
     * @return what the client must get now, in order; empty where nothing is ready. Lifecycle frames before the first
     *     content are returned like any others: the caller holds them back until {@link #contentSeen()}.
     */
    byte[] feed(byte[] bytes);

    /**
     * The provider's body ended without a transport error.
     *
     * @return the rest of the client's body. Look at {@link #failure()} afterwards: an answer that lacks its end mark
     *     is a failure and no clean end is returned for it.
     */
    byte[] end();

    /**
     * The form in which a stream that has begun tells its client that it failed; nothing may follow it.
     */
    byte[] breakOff(Failure failure);

    /** Something harmless that keeps a waiting client patient; empty where the dialect has nothing of the kind. */
    byte[] heartbeat();

    /** What has been seen so far. */
    Seen seen();

    /** Whether real content (text, thinking, a tool call, a vector, or a finished answer) has been seen. */
    default boolean contentSeen() {
        return seen().content();
    }

    /** Whether the provider's end mark was seen: the answer is whole, even if the connection breaks now. */
    default boolean complete() {
        return seen().complete();
    }

    /** What the provider said or did wrong, if anything. */
    default Optional<Failure.Upstream> failure() {
        return seen().failure();
    }

    /** The provider's count, where it gave one that makes sense; the last one holds. Zeros for words make none. */
    default Optional<Usage> usage() {
        return seen().usage();
    }

    /** Characters of text, thinking and tool arguments seen so far: the ground for an estimate where no count came. */
    default long charactersSeen() {
        return seen().characters();
    }

    /** The model that the provider says has answered; "" where it does not say. */
    default String answeredBy() {
        return seen().answeredBy();
    }

    /** The provider's own name for this answer, by which it can be asked about it later; "" where it gave none. */
    default String receipt() {
        return seen().receipt();
    }
}
