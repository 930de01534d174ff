package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tokens that are charged in ways of their own: what is booked is what the provider charges. */
class TokenKindsTest { // B09, B11
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              openai: {url: $UP/openai, key: k}
            """;
    private static final String MODEL = "openai/gpt-6-sol"; // 2 in, 0.20 cached, 2.50 written, 10 out

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private void charges(String usage, String dollars) throws IOException {
        upstream.on("openai", visit -> {
            visit.upstream().bill().charge(visit.request().attemptId(), new BigDecimal(dollars));
            Answers.of("Hi").usage(usage).play(visit);
        });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.chat(MODEL).status()).isEqualTo(200);
            assertThat(gateway.stream(MODEL).status()).isEqualTo(200);
            assertThat(gateway.awaitLedger(2)).allSatisfy(row -> {
                assertThat(row.settled()).isTrue();
                assertThat(row.cost())
                        .isEqualTo(new BigDecimal(dollars).movePointRight(9).longValueExact());
            });
        }
    }

    @Test
    void whatIsWrittenIntoTheCacheCostsItsSurcharge() throws IOException { // B09
        charges("""
                {"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,\
                 "prompt_tokens_details":{"cached_tokens":200,"cache_write_tokens":300}}""", "0.00279"); // 500 x 2 + 200 x 0.20 + 300 x 2.50 + 100 x 10
    }

    @Test
    void whatWasThoughtInsideTheCompletionIsChargedOnce() throws IOException { // B09
        charges("""
                {"prompt_tokens":10,"completion_tokens":120,"total_tokens":130,\
                 "completion_tokens_details":{"reasoning_tokens":100}}""", "0.00122");
    }

    @Test
    void whatWasThoughtBesideTheCompletionIsChargedToo() throws IOException { // B09
        charges("""
                {"prompt_tokens":10,"completion_tokens":20,"total_tokens":130,\
                 "completion_tokens_details":{"reasoning_tokens":100}}""", "0.00122");
    }

    @Test
    void twentyPicturesInOneCallAreHeldAsTwenty() throws IOException { // B11
        String pictures = IntStream.range(0, 20)
                .mapToObj(i -> "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/" + i + ".png\"}}")
                .collect(Collectors.joining(","));
        String body = "{\"model\":\"" + MODEL + "\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":["
                + pictures + "]}]}";
        // The largest picture of the dearest model known; so long a prompt is of the dearer tier.
        upstream.bill().price(MODEL, "4", "0.4", "15");
        upstream.on("openai", Answers.of("Hi").tokens(20 * 48_000, 0, 10));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post("/v1/chat/completions", body).status()).isEqualTo(200);
            LedgerRow row = gateway.awaitRow(1);
            assertThat(row.bound()).isGreaterThanOrEqualTo(20L * 50_000 * 4_000);
            assertThat(row.cost()).isLessThanOrEqualTo(row.bound());
        }
    }
}
