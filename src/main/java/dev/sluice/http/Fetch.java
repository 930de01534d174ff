package dev.sluice.http;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import dev.sluice.pipeline.client.Lane;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks a provider one short question and collects the whole answer, within bounds. Lives on one loop. */
final class Fetch implements Upstream.Answer, Loop.Pulse {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 << 20;

    /** A collected answer. */
    record Fetched(int status, String contentType, byte[] body) {}

    private final Loop loop;
    private final long untilNanos;
    private final Consumer<Optional<Fetched>> then;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Optional<Upstream.Flight> flight = Optional.empty();
    private int status;
    private String contentType = "";
    private boolean over;

    private Fetch(Loop loop, long untilNanos, Consumer<Optional<Fetched>> then) {
        this.loop = loop;
        this.untilNanos = untilNanos;
        this.then = then;
    }

    /** @param then gets the answer, or nothing where there was none; called on the lane's loop */
    static void ask(
            Lane lane,
            Ticker ticker,
            Provider provider,
            String method,
            String path,
            byte[] body,
            Consumer<Optional<Fetched>> then) {
        Fetch fetch = new Fetch(lane.loop(), ticker.nanos() + LONGEST.toNanos(), then);
        lane.loop().add(fetch);
        Outbound request = new Outbound(path, Slices.of(body), false, List.of());
        fetch.flight =
                Optional.of(lane.upstream(provider.config()).send(provider.config(), method, request, "sluice", fetch));
    }

    @Override
    public void head(int code, Upstream.Header header) {
        status = code;
        contentType = header.get("content-type").orElse("");
    }

    @Override
    public void bytes(byte[] piece) {
        body.writeBytes(piece);
        if (body.size() > MOST_BYTES) {
            finish(Optional.empty());
        }
    }

    @Override
    public void end() {
        finish(Optional.of(new Fetched(status, contentType, body.toByteArray())));
    }

    @Override
    public void broken(Upstream.Break how) {
        finish(Optional.empty());
    }

    @Override
    public void beat(long now) {
        if (now - untilNanos > 0) {
            finish(Optional.empty());
        }
    }

    private void finish(Optional<Fetched> result) {
        if (!over) {
            over = true;
            loop.remove(this);
            flight.ifPresent(Upstream.Flight::reset);
            then.accept(result);
        }
    }
}
