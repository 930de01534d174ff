package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bug of ours ends the one call in which it shows: its client is told, and nothing stays taken. */
class MishapTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 1}
            tiers:
              one: {concurrency: 1}
            keys:
              - {name: client, key: the-key-of-the-client, tier: one}
              - {name: boss, key: the-key-of-the-boss, admin: true}
            budgets:
              - {scope: gateway, amount: 10, period: day}
            """;
    private static final String[] KEY = {"authorization", "Bearer the-key-of-the-client"};

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    /** A clock that fails, once for each time it is told to, whoever asks for the time in such a method. */
    private static final class Faulty implements InstantSource, Ticker {
        private final AtomicReference<String> where = new AtomicReference<>("");

        @Override
        public Instant instant() {
            failOnce();
            return Instant.parse(TestGateway.QUIET_DAY);
        }

        @Override
        public long nanos() {
            failOnce();
            return Ticker.SYSTEM.nanos();
        }

        private void failOnce() {
            String method = where.get();
            if (!method.isEmpty() && isAskedBy(method) && where.compareAndSet(method, "")) {
                throw new IllegalStateException("what a caller wrote");
            }
        }

        private static boolean isAskedBy(String method) {
            return StackWalker.getInstance()
                    .walk(frames -> frames.anyMatch(frame -> (frame.getClassName() + "." + frame.getMethodName())
                            .endsWith("dev.sluice.pipeline." + method)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Attempt.<init>", "Booking.hold", "Exchange.tryHop"})
    void endsOneCallAndTheNextIsMadeAsEver(String method) throws IOException {
        upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 100));
        Faulty clock = new Faulty();
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))) {
            for (boolean stream : new boolean[] {false, true}) {
                String body = TestGateway.chatBody("deepseek/deepseek-flash", stream);
                clock.where.set(method);
                Reply reply = gateway.post("/v1/chat/completions", body, KEY);
                assertThat(reply.body()).as("it is told, or was not touched").isNotEmpty();
                assertThat(reply.body()).doesNotContain("what a caller wrote", "IllegalState");
                clock.where.set("");
                assertThat(gateway.running()).isZero();
                Reply next = gateway.post("/v1/chat/completions", body, KEY);
                assertThat(next.status()).as(next.body()).isEqualTo(200);
            }
            TestGateway.await(
                    "nothing is held",
                    () -> gateway.get("/stats", "authorization", "Bearer the-key-of-the-boss")
                            .body()
                            .contains("\"held\":\"0\""));
            assertThat(gateway.awaitLedger(2)).allMatch(LedgerRow::settled);
        }
    }

    @Test
    void beforeACallSetsOutIsToldAsWell() throws IOException {
        Faulty clock = new Faulty();
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))) {
            String body = TestGateway.chatBody("deepseek/deepseek-flash", false);
            for (String method : List.of("Planner.plan", "Steering.steer", "Gateway.accept")) {
                clock.where.set(method);
                gateway.post("/v1/chat/completions", body, KEY);
                clock.where.set("");
                assertThat(gateway.running()).isZero();
                assertThat(gateway.post("/v1/chat/completions", body, KEY).status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void betweenThePartsOfACallEndsAllOfIt() throws IOException {
        upstream.on("ollama", Answers.of("Hello"));
        Faulty clock = new Faulty();
        String settings = SETTINGS.replace("providers:", "providers:\n  ollama: {url: $UP/ollama, concurrency: 4}");
        try (TestGateway gateway = TestGateway.start(upstream, settings, new Clocks(clock, clock))) {
            for (String method : List.of("FanOut.finish", "Gather.end", "FanOut$Leg.accept", "FanOut.collapse")) {
                for (boolean stream : new boolean[] {false, true}) {
                    String body = TestGateway.chatBody("ollama/m", stream).replace("{\"model\"", "{\"n\":2,\"model\"");
                    clock.where.set(method);
                    Reply reply = gateway.post("/v1/chat/completions", body, KEY);
                    assertThat(reply.body()).as(method).isNotEmpty();
                    assertThat(clock.where.getAndSet("").isEmpty() && stream)
                            .as("whether a stream whose bug showed ends with an error: %s", reply.body())
                            .isEqualTo(reply.body().startsWith("data: ")
                                    && reply.body().contains("\"error\":")
                                    && !reply.body().contains("[DONE]"));
                    assertThat(gateway.running()).as(method).isZero();
                    Reply next = gateway.post("/v1/chat/completions", body, KEY);
                    assertThat(next.status()).as(method + next.body()).isEqualTo(200);
                }
            }
        }
    }
}
