package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.math.BigDecimal;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client says with {@code x-sluice-max-cost} what one call may cost at most. */
class CeilingTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
              openrouter: {url: $UP/openrouter, key: k2}
              ollama: {url: $UP/ollama}
            models:
              two: [deepseek/deepseek-flash, openrouter/deepseek/deepseek-v3.2]
              odd: [deepseek/deepseek-of-tomorrow]
              home: [ollama/llama3.2]
            """;
    private static final String BODY = """
            {"model":"deepseek-flash","messages":[{"role":"user","content":"Hi"}],"max_tokens":1000}""";

    private static final Answers GOOD = Answers.of("Hel", "lo");

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60")
            .charging("openrouter/deepseek/deepseek-v3.2", "0.269", "0.1345", "0.4");

    @AutoClose
    private final TestGateway gateway = TestGateway.owning(upstream, SETTINGS);

    private Reply ask(String body, String most) {
        return gateway.post("/v1/chat/completions", body, "x-sluice-max-cost", most);
    }

    private static String of(String model) {
        return BODY.replace("deepseek-flash", model);
    }

    @Test
    void aCallThatMayCostMoreIsNotSentAndSaysWhatItWouldTake() {
        Reply refused = ask(BODY, "0");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("\"code\":\"max_cost_exceeded\"", "x-sluice-max-cost allows $0;");
        assertThat(refused.header("x-sluice-cost")).isEqualTo("0");
        assertThat(upstream.visits()).isEmpty();

        BigDecimal bound = new BigDecimal(refused.header("x-sluice-bound"));
        assertThat(bound).isPositive();
        Reply justShort =
                ask(BODY, bound.subtract(new BigDecimal("0.000000001")).toPlainString());
        assertThat(justShort.status()).isEqualTo(400);
        assertThat(upstream.visits()).isEmpty();

        Reply exact = ask(BODY, bound.toPlainString());
        assertThat(exact.status()).isEqualTo(200);
        assertThat(exact.header("x-sluice-bound")).isEqualTo(bound.toPlainString());
        assertThat(new BigDecimal(exact.header("x-sluice-cost"))).isPositive().isLessThanOrEqualTo(bound);
    }

    @Test
    void aCeilingIsNeverTakenForMoreThanItSays() {
        String bound = ask(BODY, "0").header("x-sluice-bound");
        BigDecimal aLittleLess = new BigDecimal(bound).subtract(new BigDecimal("0.0000000001"));
        Reply refused = ask(BODY, aLittleLess.toPlainString());
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("\"code\":\"max_cost_exceeded\"");
        assertThat(upstream.visits()).isEmpty();
        assertThat(ask(BODY, bound + "0000000009").status()).isEqualTo(200);
    }

    @Test
    void anAnswerWithoutACapGetsOneSoThatItHasABound() {
        Reply reply = ask(BODY.replace(",\"max_tokens\":1000", ""), "1");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(upstream.last().request().text()).contains("max_tokens");
    }

    @Test
    void whatCostsNothingPassesUnderNothing() {
        upstream.on("ollama", GOOD);
        assertThat(ask(of("home"), "0").status()).isEqualTo(200);
    }

    @Test
    void whatHasNoKnownPriceIsRefused() {
        Reply reply = ask(of("odd"), "100");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body())
                .contains("no price is known for deepseek-of-tomorrow as it is asked", "max_cost_exceeded");
        assertThat(upstream.visits()).isEmpty();
    }

    @Test
    void anAttemptWhoseEndNobodySawKeepsItsPartOfTheCeiling() {
        String needed = ask(of("two"), "0").header("x-sluice-bound");
        upstream.on("deepseek", Scripts.cutAt(GOOD, 20, Scripts.Cut.RST));
        Reply reply = ask(of("two"), needed);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("other attempts of this call have taken $");
        assertThat(upstream.visits("openrouter")).isEmpty();

        String enough = new BigDecimal(needed).multiply(BigDecimal.TEN).toPlainString();
        upstream.on("deepseek", Scripts.cutAt(GOOD, 20, Scripts.Cut.RST));
        Reply served = ask(of("two"), enough);
        assertThat(served.status()).isEqualTo(200);
        assertThat(new BigDecimal(served.header("x-sluice-in-doubt"))).isPositive();
        assertThat(upstream.visits("openrouter")).hasSize(1);
    }

    @Test
    void withoutTheHeaderNothingIsSaidOfBounds() {
        Reply reply = gateway.post("/v1/chat/completions", BODY);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-sluice-bound")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-0.0000000001", "NaN", "1e999999999", "99999999999", "$5", "1,5"})
    void whatIsNoAmountIsRefused(String amount) {
        Reply reply = ask(BODY, amount);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("x-sluice-max-cost must be an amount in US dollars");
        assertThat(upstream.visits()).isEmpty();
    }
}
