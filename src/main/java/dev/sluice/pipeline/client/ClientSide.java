package dev.sluice.pipeline.client;

/** The client of one call, as the pipeline sees it. Belongs to the call's loop and is used on it only. */
public interface ClientSide {

    /** Sends the head of a streamed reply. */
    void begin(ReplyHead head);

    /**
     * Sends a piece of a streamed reply at once.
     *
     * @return false where the client reads too slowly: write nothing more until it is told that it has drained
     */
    boolean write(byte[] bytes);

    /** Ends a streamed reply that is whole. */
    void end();

    /** Ends a streamed reply that failed and has said so: for the transport as clean an end as any other. */
    void breakOff();

    /** Sends a whole reply. */
    void reply(ReplyHead head, byte[] body);
}
