package dev.sluice.http.server;

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

    /** So many calls are looked at in each beat; of more, a part: each a few times a second, which is what it takes. */
    private static final int FEW = 64;

    private static final int PARTS = 5;

    private final Vertx vertx;
    private final Context context;
    private final Ticker ticker;
    private final Set<Pulse> pulses = new LinkedHashSet<>();
    private final List<Pulse> round = new ArrayList<>();
    private int beaten;

    /** Must be made on the event loop. */
    EventLoop(Vertx vertx, Context context, Ticker ticker) {
        this.vertx = vertx;
        this.context = context;
        this.ticker = ticker;
    }

    void start() {
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
    }

    /** A pulse may take itself or others out, or put new ones in. */
    private void beat() {
        if (round.isEmpty()) {
            round.addAll(pulses);
        }
        long now = ticker.nanos();
        int most = Math.max(FEW, Math.ceilDiv(round.size(), PARTS));
        int end = Math.min(round.size(), beaten + most);
        while (beaten < end) {
            Pulse next = round.get(beaten++);
            if (pulses.contains(next)) {
                next.beat(now);
            }
        }
        if (beaten == round.size()) {
            round.clear(); // What has ended is not to be kept until the next round.
            beaten = 0;
        }
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
