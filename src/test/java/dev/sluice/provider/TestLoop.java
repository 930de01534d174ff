package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.time.HandTicker;
import dev.sluice.time.Loop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An event loop with the real network on it, and a clock that is moved by hand. */
final class TestLoop implements Loop, AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HandTicker ticker = new HandTicker();
    private final List<Pulse> pulses = new ArrayList<>();
    private final CompletableFuture<HttpUpstream> network = new CompletableFuture<>();

    TestLoop() {
        this(ConnectionPool.MOST);
    }

    /** @param most connections to one provider, and as many requests that wait for one */
    TestLoop(int most) {
        execute(() -> network.complete(new HttpUpstream(vertx, Duration.ofSeconds(2), this, ticker, most)));
    }

    Heard send(ProviderConfig provider, String method, Outbound outbound) {
        Heard heard = new Heard();
        run(() -> heard.of(network.join().send(provider, method, outbound, "id", heard)));
        return heard;
    }

    /** Lets time pass, once the loop has done what it was doing. */
    void advance(Duration by) {
        run(() -> {});
        ticker.advance(by);
        run(() -> pulses.forEach(pulse -> pulse.beat(ticker.nanos())));
    }

    /** Runs it on the loop and waits until it is done. */
    void run(Runnable task) {
        CompletableFuture.runAsync(task, this).orTimeout(20, TimeUnit.SECONDS).join();
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

    @Override
    public void close() throws TimeoutException {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
