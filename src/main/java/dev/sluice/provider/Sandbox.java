package dev.sluice.provider;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.SandboxAnswers;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A simulated server that needs neither network nor model, and says so in every answer. Belongs to one loop. */
public final class Sandbox implements Upstream {
    /** The kind's name in the catalogue. */
    public static final String NAME = "sandbox";

    private static final byte[] BROKEN =
            "{\"error\":{\"message\":\"the sandbox fails as it was told to\"}}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOT_JSON =
            "{\"error\":{\"message\":\"the request is not JSON\"}}".getBytes(StandardCharsets.UTF_8);

    private final Loop loop;
    private final Ticker ticker;
    private final SandboxConfig config;
    private int calls;

    public Sandbox(Loop loop, Ticker ticker, SandboxConfig config) {
        this.loop = loop;
        this.ticker = ticker;
        this.config = config;
    }

    /** Whether calls for this provider are the sandbox's. */
    public static boolean serves(ProviderConfig provider) {
        return provider.kind().name().equals(NAME);
    }

    @Override
    public Flight send(ProviderConfig provider, String method, Outbound request, String attemptId, Answer answer) {
        calls++;
        boolean fails = config.failEvery() > 0 && calls % config.failEvery() == 0;
        SandboxFlight flight =
                fails ? new SandboxFlight(config.failStatus(), List.of(BROKEN), answer) : answering(request, answer);
        loop.execute(flight::start);
        return flight;
    }

    private SandboxFlight answering(Outbound request, Answer answer) {
        return SandboxAnswers.to(request)
                .map(pieces -> new SandboxFlight(200, pieces, answer))
                .orElseGet(() -> new SandboxFlight(400, List.of(NOT_JSON), answer));
    }

    private final class SandboxFlight implements Flight, Loop.Pulse {
        private final int status;
        private final List<byte[]> pieces;
        private final Answer answer;
        private int next;
        private long dueNanos;
        private boolean paused;
        private boolean over;

        private SandboxFlight(int status, List<byte[]> pieces, Answer answer) {
            this.status = status;
            this.pieces = pieces;
            this.answer = answer;
        }

        private void start() {
            if (over) {
                return;
            }
            dueNanos = ticker.nanos() + config.firstToken().toNanos();
            loop.add(this);
            beat(ticker.nanos());
        }

        @Override
        public boolean hasLeft() {
            return true;
        }

        @Override
        public void beat(long now) {
            while (!over && !paused && now - dueNanos >= 0) {
                if (next == 0) {
                    answer.head(status, _ -> Optional.empty());
                }
                if (over) {
                    return;
                }
                answer.bytes(pieces.get(next++));
                dueNanos += config.perToken().toNanos();
                if (next == pieces.size() && !over) {
                    reset();
                    answer.end();
                }
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void reset() {
            over = true;
            loop.remove(this);
        }
    }
}
