package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.RealRedis;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway is killed while others share its budgets. */
class KilledSharingGatewayTest {
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000}""";

    @AutoClose
    private final RealRedis redis = RealRedis.start();

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @AutoClose
    private final ScriptedUpstream elsewhere =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @AutoClose
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    /** The killed gateway has the real clock, and the shipped price doubles by the hour. */
    private String settings() throws IOException {
        Path prices = Files.writeString(folder.resolve("prices.csv"), """
                provider,model,input,cached_input,output
                deepseek,deepseek-flash,0.15,0.003,0.60
                """);
        return TestGateway.QUICK + """
                prices: %s
                shared: {redis: "%s", name: test}
                providers:
                  deepseek: {url: $UP/deepseek, key: k1}
                spending: {wait: 0s, least-output: 0}
                budgets:
                  - {scope: gateway, amount: 0.01, period: total}
                """.formatted(prices, redis.address());
    }

    private int call(ChildGateway gateway) {
        try {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        } catch (IOException killed) {
            return 0;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Test
    void whatAKilledGatewayHadLeasedIsItsOwnWhenItStartsAgain() throws Exception {
        upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000)); // 0.000609
        elsewhere.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000));
        int served = 0;
        try (TestGateway other = TestGateway.start(elsewhere, settings(), Clocks.SYSTEM)) {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch killed = new CountDownLatch(1);
            try (ChildGateway gateway = ChildGateway.start(upstream, settings(), folder)) {
                assertThat(call(gateway)).isEqualTo(200);
                served++;
                upstream.on("deepseek", visit -> {
                    asked.countDown();
                    killed.await();
                    throw new IOException("nobody is left");
                });
                Thread last = Thread.ofVirtual().start(() -> call(gateway));
                asked.await();
                gateway.kill();
                killed.countDown();
                last.join();
            }
            upstream.on("deepseek", Answers.of("Hello").tokens(60, 0, 1000));
            while (other.post("/v1/chat/completions", BODY).status() == 200) {
                served++;
            }
            assertThat(served).as("the rest is held, or leased by the dead one").isLessThan(15);
            try (ChildGateway again = ChildGateway.start(upstream, settings(), folder)) {
                while (call(again) == 200) {
                    served++;
                }
                while (other.post("/v1/chat/completions", BODY).status() == 200) {
                    served++;
                }
            }
            long bound = 624_600; // At most, of the call that is in doubt.
            assertThat(served * 609_000L + bound)
                    .as("all that is spent or in doubt")
                    .isBetween(8_700_000L, 10_000_000L);
            assertThat(served).isGreaterThanOrEqualTo(14);
        }
    }
}
