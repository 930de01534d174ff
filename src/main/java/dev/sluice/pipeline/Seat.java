package dev.sluice.pipeline;

import dev.sluice.limit.Breaker;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.model.Failure;
import dev.sluice.time.Loop;
import java.time.Duration;

/**
 * What one attempt takes of its provider: the breaker's permit and a place. Each is given back exactly once, whatever
 * happens. Lives on one loop; a place may be handed over on another.
 */
final class Seat implements ConcurrencyLimit.Waiter {
    /** There is no place for a call, which says nothing about the provider's health. */
    static final Failure NONE_FREE =
            new Failure.Busy("all places at the provider are taken; try again shortly", Duration.ofSeconds(1));

    private final ConcurrencyLimit places;
    private final Breaker.Permit permit;
    private final Loop loop;
    private final Runnable whenTaken;
    private boolean taken;
    private boolean left;

    /** @param whenTaken hears of a place that had to be waited for, on the loop */
    Seat(ConcurrencyLimit places, Breaker.Permit permit, Loop loop, Runnable whenTaken) {
        this.places = places;
        this.permit = permit;
        this.loop = loop;
        this.whenTaken = whenTaken;
    }

    ConcurrencyLimit.Entry take() {
        ConcurrencyLimit.Entry entry = places.enter(this);
        taken = entry == ConcurrencyLimit.Entry.ADMITTED;
        return entry;
    }

    @Override
    public void admitted() {
        loop.execute(() -> {
            if (left) {
                places.leave();
            } else {
                taken = true;
                whenTaken.run();
            }
        });
    }

    boolean isTaken() {
        return taken;
    }

    /** What the attempt says about the provider's health; only the first word counts. */
    Breaker.Permit permit() {
        return permit;
    }

    /** Gives the place back, or leaves the queue for it. */
    void leave() {
        if (left) {
            return;
        }
        left = true;
        if (taken) {
            places.leave();
        } else {
            places.giveUp(this);
        }
    }
}
