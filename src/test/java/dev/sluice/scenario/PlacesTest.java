package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A provider has so many places; who finds none waits a little, and some wait in vain. */
class PlacesTest {
    private static final Answers GOOD = Answers.of("ok");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4")
            .on("openrouter", GOOD);

    @Test
    void moreThanThePlacesWaitInABoundedQueueAndTheRestIsRefused() throws Exception { // X, check 146
        String narrow = TestGateway.QUICK + """
                requests: {place: 30s}
                providers:
                  deepseek: {url: $UP/deepseek, key: k, concurrency: 2, queue: 3}
                """;
        CountDownLatch go = new CountDownLatch(1);
        upstream.on("deepseek", visit -> {
            go.await(20, TimeUnit.SECONDS);
            GOOD.play(visit);
        });
        List<RawClient> clients = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(upstream, narrow)) {
            for (int i = 0; i < 5; i++) {
                RawClient client = gateway.connect();
                clients.add(
                        client.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", false)));
                upstream.awaitVisit(Math.min(i + 1, 2)); // So that the last one is one of those that wait.
            }
            TestGateway.await("three wait", () -> gateway.get("/health").body().contains("\"waiting\":3"));
            Reply refused = gateway.chat("deepseek/deepseek-flash");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(upstream.visits()).hasSize(2);
            clients.getLast().reset();
            TestGateway.await(
                    "one left the queue", () -> gateway.get("/health").body().contains("\"waiting\":2"));
            go.countDown();
            for (RawClient client : clients.subList(0, 4)) {
                client.readUntil("\"ok\"").close();
            }
            assertThat(upstream.visits()).hasSize(4);
            TestGateway.await(
                    "all places free", () -> gateway.get("/health").body().contains("\"running\":0,\"waiting\":0"));
        }
    }

    @Test
    void nobodyWaitsForAPlaceForEver() throws Exception { // X
        String narrow = TestGateway.QUICK + """
                requests: {place: 150ms}
                providers:
                  deepseek: {url: $UP/deepseek, key: k, concurrency: 1}
                  openrouter: {url: $UP/openrouter, key: k}
                models:
                  m: {order: written, chain: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]}
                """;
        upstream.on("deepseek", visit -> visit.sawHangUp(Duration.ofSeconds(30)));
        try (TestGateway gateway = TestGateway.start(upstream, narrow);
                RawClient holder = gateway.connect()) {
            holder.post("/v1/chat/completions", TestGateway.chatBody("m", false));
            TestGateway.await(
                    "the place is taken", () -> upstream.visits("deepseek").size() == 1);
            Reply other = gateway.chat("m");
            assertThat(other.status()).as(other.body()).isEqualTo(200);
            assertThat(other.header("x-sluice-provider")).isEqualTo("openrouter");
            Visit held = upstream.visits("deepseek").getFirst();
            assertThat(held.sawHangUp(Duration.ZERO)).isFalse();
        }
    }
}
