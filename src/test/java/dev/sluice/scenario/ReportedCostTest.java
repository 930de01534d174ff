package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Figures;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server says that an answer has cost is booked only where it is known to be what is charged. */
class ReportedCostTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              bought: {kind: openai-compatible, url: $UP/bought, key: k, free: false}
              openrouter: {url: $UP/openrouter, key: k}
            """;
    private static final String BUDGET = "budgets: [{scope: gateway, amount: 1, period: day}]\n";
    private static final Answers ANSWER = Answers.of("Hi").tokens(1_000, 0, 300);

    /** By the price file: 1,000 tokens at $1 a million and 300 at $2. */
    private static final long COST = 1_600_000;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private Path prices = Path.of("");

    @BeforeEach
    void write() throws IOException {
        prices = Files.writeString(
                folder.resolve("prices.csv"),
                "provider,model,input,output,source,seen\nbought,large,1,2,us,2026-11-21\n");
    }

    private TestGateway gateway(String more) throws IOException {
        return TestGateway.start(upstream, SETTINGS + "prices: " + prices + "\n" + more)
                .withoutSums();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "0.5"})
    void aServerOfWhichNothingIsKnownIsBookedByThePriceBookWhateverItSays(String said) throws IOException {
        upstream.on("bought", ANSWER.cost(said));
        try (TestGateway gateway = gateway(BUDGET)) {
            assertThat(gateway.chat("bought/large").header("x-sluice-cost")).isEqualTo("0.0016");
            assertThat(gateway.stream("bought/large").body()).contains("\"sluice\":{\"cost\":\"0.0016\"");
            assertThat(gateway.awaitLedger(2)).allMatch(row -> row.settled() && row.cost() == COST);
            String stats = gateway.get("/stats").body();
            assertThat(Figures.of(stats).used()).isEqualTo(2 * COST);
            assertThat(stats)
                    .contains("price drift: bought says that large cost " + (said.equals("0.0") ? "0" : said)
                            + "; booked is what the table says, 0.0016");
            assertThat(gateway.get("/metrics").body())
                    .contains("sluice_price_drift_total{model=\"large\",provider=\"bought\"} 2.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.5"})
    void withoutAPriceItsCostStaysUnknown(String said) throws IOException {
        upstream.on("bought", ANSWER.cost(said));
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.chat("bought/other").header("x-sluice-cost")).isEqualTo("unpriced");
            assertThat(gateway.awaitRow(1).costKind()).isEqualTo("UNPRICED");
            assertThat(gateway.get("/stats").body()).contains("unpriced_model").doesNotContain("price_drift");
        }
    }

    @Test
    void aDearerCallStaysUnpricedInTheStreamToo() throws IOException {
        upstream.on("bought", ANSWER.cost("0"));
        try (TestGateway gateway = gateway("")) {
            for (boolean stream : List.of(false, true)) {
                Reply reply = gateway.post("/v1/chat/completions", """
                        {"model":"bought/large","service_tier":"priority","stream":%s,
                        "messages":[{"role":"user","content":"Hi"}]}""".formatted(stream));
                assertThat(reply.header("x-sluice-cost") + reply.body())
                        .contains("unpriced")
                        .doesNotContain("0.0016");
            }
            assertThat(gateway.awaitLedger(2)).extracting(LedgerRow::costKind).containsOnly("UNPRICED");
        }
    }

    /** A free model, or one that is paid with a key of the caller's own. */
    @Test
    void openRoutersNothingIsWhatItCharges() throws IOException {
        upstream.on("openrouter", ANSWER.cost("0"));
        try (TestGateway gateway = gateway("")) {
            assertThat(gateway.chat("openrouter/deepseek/deepseek-v3.2").header("x-sluice-cost"))
                    .isEqualTo("0");
            assertThat(gateway.awaitRow(1).costKind()).isEqualTo("PRICED");
            assertThat(gateway.get("/stats").body())
                    .contains("price drift: openrouter charged 0 for deepseek/deepseek-v3.2, the table says ");
        }
    }
}
