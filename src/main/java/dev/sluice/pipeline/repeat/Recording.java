package dev.sluice.pipeline.repeat;

import dev.sluice.dialect.Slices;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.Running;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A client whose answer is written down on its way, so that a repeat of its call can be given the same. What is too long
 * passes all the same and is not kept. Where the client leaves, the call goes on without it: it will be charged for, and
 * the repeat that the client's key announces is to have its answer instead of paying again. Belongs to the call's loop.
 */
public final class Recording implements ClientSide {
    private final Idempotency.Slot slot;
    private final ClientSide client;
    private final Executor loop;
    private Slices.Builder pieces = new Slices.Builder();
    private Optional<ReplyHead> begun = Optional.empty();
    private Optional<Running> goesOnAlone = Optional.empty();
    private boolean partLost;

    public Recording(Idempotency.Slot slot, ClientSide client, Executor loop) {
        this.slot = slot;
        this.client = client;
        this.loop = loop;
    }

    /** The call as the client's connection is to see it. */
    public Running watch(Running call) {
        return new Running() {
            @Override
            public boolean clientGone() {
                if (partLost) {
                    leave(call);
                    return false;
                }
                goesOnAlone = Optional.of(call);
                call.drained(); // It may have waited for the client, who takes no more.
                return true;
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
            // Not at once: the call is about to hear what became of these bytes.
            goesOnAlone.ifPresent(call -> loop.execute(() -> {
                leave(call);
                client.breakOff();
            }));
        }
    }

    /** Nobody is left who could have the answer. */
    private void leave(Running call) {
        discard();
        call.clientGone();
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
