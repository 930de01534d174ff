package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.provider.Inquiry;
import dev.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of keys and servers where nobody wrote a file. */
class CompositionTest {

    @ParameterizedTest
    @CsvSource({"deepseek-v3.2:latest, false", "llama3.2:latest, true"})
    void theChainThatNobodyWroteYieldsToAModelOfOnesOwn(String own, boolean chain) throws IOException {
        try (ScriptedUpstream upstream =
                        new ScriptedUpstream().page("ollama/api/tags", "{\"models\":[{\"name\":\"" + own + "\"}]}");
                Inquiry inquiry = new Inquiry(Duration.ofSeconds(2))) {
            Environment environment =
                    new Environment(Map.of("DEEPSEEK_API_KEY", "k", "OLLAMA_HOST", upstream.address("ollama")));
            assertThat(new Composition(environment, inquiry)
                            .compose()
                            .offer()
                            .chains()
                            .containsKey("deepseek-v3.2"))
                    .isEqualTo(chain);
        }
    }
}
