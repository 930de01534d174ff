package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was spent, as a running gateway tells it. */
class UsageTest {
    private static final String[] ADMIN = {"authorization", "Bearer boss"};
    private static final String[] CLIENT = {"authorization", "Bearer plain"};
    private static final String SETTINGS = TestGateway.QUICK + """
            keys: [{name: boss, key: boss, admin: true}, {name: "@scout", key: plain}]
            providers:
              deepseek: {url: $UP/deepseek, key: k}
            """;

    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("deepseek", Answers.of("Hi").tokens(1_000, 400, 20));

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS).withoutSums();

    @BeforeEach
    void call() {
        Reply reply =
                gateway.post("/v1/chat/completions", TestGateway.chatBody("deepseek/deepseek-flash", false), CLIENT);
        assertThat(reply.status()).isEqualTo(200);
        gateway.awaitLedger(1);
    }

    @Test
    void onlyAnAdminIsTold() {
        assertThat(gateway.get("/admin/usage").status()).isEqualTo(401);
        assertThat(gateway.get("/admin/usage", CLIENT).status()).isEqualTo(401);
    }

    @Test
    void theReportSaysWhatTheCallSaid() { // I13
        Reply reply = gateway.get("/admin/usage?by=provider&zone=UTC&from=2026-11-21&to=2026-11-21", ADMIN);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .contains("\"by\":\"provider\",\"from\":\"2026-11-21\",\"to\":\"2026-11-21\",\"zone\":\"UTC\"")
                .contains("\"name\":\"deepseek\",\"calls\":1,\"attempts\":1,\"cost_usd\":0.0")
                .contains("\"tokens\":{\"fresh\":600,\"cache_read\":400,\"cache_write\":0,\"output\":20}")
                .contains("\"total\":{\"name\":\"all\",\"calls\":1");
    }

    @Test
    void aTableForSpreadsheetsHasNoFormulas() { // A22
        Reply reply = gateway.get("/admin/usage?by=key&format=csv", ADMIN);
        assertThat(reply.header("content-type")).isEqualTo("text/csv; charset=utf-8");
        assertThat(reply.body()).startsWith("key,calls,attempts,cost_usd").contains("\r\n'@scout,1,1,0.0");
    }

    @Test
    void aWrongParameterIsAnsweredWithWhatToWrite() {
        Reply reply = gateway.get("/admin/usage?zone=Mars/Olympus", ADMIN);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body())
                .contains("'zone' must be a time zone such as Asia/Seoul, Europe/Berlin or UTC, not 'Mars/Olympus'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            form=2026-11-01     | 'form' is no parameter here; did you mean 'from'?
            by=day&by=provider  | 'by' is there twice
            """)
    void aParameterThatIsUnknownOrRepeatedIsRefusedByName(String query, String words) {
        Reply reply = gateway.get("/admin/usage?" + query, ADMIN);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"to=-999999999-01-01", "from=+999999999-12-31", "from=1999-12-31", "to=2201-01-01"})
    void aDayOfAnotherEraIsAnsweredWithWhatToWrite(String parameter) {
        Reply reply = gateway.get("/admin/usage?" + parameter.replace("+", "%2B"), ADMIN);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("must lie between 2000 and 2200");
    }

    @Test
    void withoutACacheEverythingIsOfTheLevelNone() {
        String usage = gateway.get("/admin/usage?by=cache", ADMIN).body();
        assertThat(usage).contains("\"lines\":[{\"name\":\"none\",\"calls\":1,\"attempts\":1,");
    }
}
