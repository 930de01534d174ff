package dev.sluice.pipeline.client;

import dev.sluice.model.Failure;

/** A call under way, as its client's connection sees it. To be called on the call's loop only. */
public interface Running {

    /**
     * The client has left: whatever runs for it is dropped at once and booked, unless its answer is to be kept for a repeat.
     *
     * @return whether the call goes on without its client, whose side will hear of the end
     */
    boolean clientGone();

    /** The client has read what was written and can take more. */
    void drained();

    /** The gateway cannot wait any longer: ends the call with this failure. */
    void expire(Failure failure);
}
