package dev.sluice.pipeline.client;

import dev.sluice.model.Failure;
import dev.sluice.time.Loop;
import java.util.Optional;

/**
 * A call that is not let in yet: until it is, it waits, and from then on it is the call itself. Belongs to the call's
 * loop.
 */
public final class Waiting implements Running, Loop.Pulse {
    private final Loop loop;
    private final Door door;
    private boolean over;
    private Optional<Running> call = Optional.empty();

    /** What a call waits at. None of it is called once the wait is over. */
    public interface Door {
        /** Looks whether it may go on, or has waited for too long; see {@link Loop.Pulse#beat}. */
        void look(long now);

        /** Nobody waits any more: the client has left, or the gateway ends. */
        void left();

        /** Tells the client why it is not let in; comes after {@link #left}. */
        void refuse(Failure failure);
    }

    public Waiting(Loop loop, Door door) {
        this.loop = loop;
        this.door = door;
    }

    /** Looks at each beat from now on. */
    public void begin() {
        loop.add(this);
    }

    public boolean isOver() {
        return over;
    }

    /** It waits no longer, whatever comes next. */
    public void end() {
        over = true;
        loop.remove(this);
    }

    /** It is let in: what its client does concerns this from now on. */
    public void become(Running made) {
        call = Optional.of(made);
    }

    @Override
    public void beat(long now) {
        if (!over) {
            door.look(now);
        }
    }

    @Override
    public boolean clientGone() {
        if (!over) {
            end();
            door.left();
        }
        return call.isPresent() && call.get().clientGone();
    }

    @Override
    public void drained() {
        call.ifPresent(Running::drained);
    }

    @Override
    public void expire(Failure failure) {
        if (!over) {
            end();
            door.left();
            door.refuse(failure);
        }
        call.ifPresent(under -> under.expire(failure));
    }
}
