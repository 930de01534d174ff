package dev.sluice.http;

import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A Vert.x event loop with one timer for all its calls: a timer for each would cost more than the calls' own work. */
final class EventLoop implements Loop {
    private static final long BEAT_MILLIS = 20;

    private final Vertx vertx;
    private final Context context;
    private final Ticker ticker;
    private final Set<Pulse> pulses = new LinkedHashSet<>();
    private final List<Pulse> round = new ArrayList<>();

    /** Must be made on the event loop. */
    EventLoop(Vertx vertx, Context context, Ticker ticker) {
        this.vertx = vertx;
        this.context = context;
        this.ticker = ticker;
    }

    void start() {
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
    }

    private void beat() {
        long now = ticker.nanos();
        round.addAll(pulses); // A pulse may take itself or others out, or put new ones in.
        for (Pulse pulse : round) {
            pulse.beat(now);
        }
        round.clear();
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    @Override
    public void add(Pulse pulse) {
        pulses.add(pulse);
    }

    @Override
    public void remove(Pulse pulse) {
        pulses.remove(pulse);
    }
}
