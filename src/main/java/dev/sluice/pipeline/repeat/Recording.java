package dev.sluice.pipeline.repeat;

import dev.sluice.dialect.Slices;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.Running;
import java.util.Optional;

/**
 * A client whose answer is written down on its way, so that a repeat of its call can be given the same. What is too long
 * passes all the same and is not kept. Belongs to the call's loop.
 */
public final class Recording implements ClientSide {
    private final Idempotency.Slot slot;
    private final ClientSide client;
    private Slices.Builder pieces = new Slices.Builder();
    private Optional<ReplyHead> begun = Optional.empty();
    private boolean partLost;

    public Recording(Idempotency.Slot slot, ClientSide client) {
        this.slot = slot;
        this.client = client;
    }

    /** The call as the client's connection is to see it: where the client leaves, there will be no answer to keep. */
    public Running watch(Running call) {
        return new Running() {
            @Override
            public void clientGone() {
                discard();
                call.clientGone();
            }

            @Override
            public void drained() {
                call.drained();
            }

            @Override
            public void expire(Failure failure) {
                call.expire(failure);
            }
        };
    }

    @Override
    public void begin(ReplyHead head) {
        begun = Optional.of(head);
        client.begin(head);
    }

    @Override
    public boolean write(byte[] bytes) {
        record(bytes);
        return client.write(bytes);
    }

    @Override
    public void end() {
        keep(begun.orElseThrow(), true); // Before the client knows: it may repeat at once, on another loop.
        client.end();
    }

    @Override
    public void breakOff() {
        discard();
        client.breakOff();
    }

    @Override
    public void reply(ReplyHead head, byte[] body) {
        if (head.status() >= 200 && head.status() < 300) {
            record(body);
            keep(head, false);
        } else {
            discard();
        }
        client.reply(head, body);
    }

    /** The arrays are kept as they are: nobody writes to them once they have been sent. */
    private void record(byte[] bytes) {
        if (partLost || bytes.length == 0) {
            return;
        }
        if (slot.reserve(bytes.length)) {
            pieces.add(bytes);
        } else {
            partLost = true;
            pieces = new Slices.Builder();
        }
    }

    private void keep(ReplyHead head, boolean streamed) {
        if (partLost) {
            slot.release();
        } else {
            slot.keep(new RecordedReply(head, streamed, pieces.build().join()));
        }
        pieces = new Slices.Builder();
    }

    /** There is no good answer, so the client may try again. Does nothing after the answer's end. */
    public void discard() {
        partLost = true;
        pieces = new Slices.Builder();
        slot.release();
    }
}
