package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Providers whose errors repeat the key that they were called with, or that of a neighbour behind the same proxy. */
class ToldKeysTest {
    private static final String MINE = "maple-syrup.and.pancakes";
    private static final String OTHER = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOpQrStUvWx";
    private static final String WORDS = "no account for " + MINE + " or " + OTHER;
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              own: {kind: openai-compatible, url: $UP/own, key: %s}
              ollama: {url: $UP/ollama, key: short}
              cloud: {kind: openai-compatible, url: $UP/cloud, key: %s}
            """.formatted(MINE, OTHER);

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /** One way to tell of an error. */
    record Way(String name, Script script) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Way> ways() {
        String error =
                "{\"error\":{\"message\":\"" + WORDS + "\",\"param\":\"" + MINE + "\",\"code\":\"" + OTHER + "\"}}";
        return List.of(
                new Way("a refusal", visit -> visit.reply(400, "application/json", error)),
                new Way("no key", Scripts.status(500, WORDS)),
                new Way("in a stream", Scripts.body("text/event-stream", "data: " + error + "\n\n")),
                new Way(
                        "in the middle of a stream",
                        Scripts.thenSends(Answers.of("Hello", " there"), 2, "data: " + error + "\n\n")),
                new Way("cut in the middle", Scripts.status(400, "x".repeat(985) + MINE)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void areNotHandedOn(Way way) throws IOException {
        upstream.on("own", way.script);
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS).withoutSums()) {
            for (String path : new String[] {"/v1/chat/completions", "/api/chat"}) {
                Reply reply = gateway.post(path, TestGateway.chatBody("own/m", true));
                assertThat(reply.body()).contains("***").doesNotContain("maple", OTHER);
            }
        }
    }
}
