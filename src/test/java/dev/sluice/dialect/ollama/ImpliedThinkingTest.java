package dev.sluice.dialect.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Thinking;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a model's name implies about thinking, put into a request that says nothing itself. */
class ImpliedThinkingTest {

    private static String spliced(String body, Thinking implied, OptionalLong cap) {
        InstantSource clock = InstantSource.system();
        Inbound inbound = new OllamaFront(clock, OllamaLeniency.NONE)
                .read(Endpoint.OLLAMA_CHAT, body.getBytes(StandardCharsets.UTF_8));
        Target target = new Target("p", Dialect.OLLAMA, "m", Profile.PLAIN, 0, implied, cap);
        return new String(new OllamaBack(clock).splice(inbound, target).body().join(), StandardCharsets.UTF_8);
    }

    @Test
    void isWrittenWhereTheRequestSaysNothing() { // check 137
        assertThat(spliced("{\"model\":\"m\",\"messages\":[]}", Thinking.OFF, OptionalLong.empty()))
                .isEqualTo("{\"think\":false,\"model\":\"m\",\"messages\":[]}");
    }

    @Test
    void takesThePlaceOfANull() {
        assertThat(spliced("{\"model\":\"m\",\"think\":null,\"messages\":[]}", Thinking.HIGH, OptionalLong.empty()))
                .isEqualTo("{\"model\":\"m\",\"think\":\"high\",\"messages\":[]}");
    }

    @Test
    void givesWayToWhatTheRequestSays() {
        String body = "{\"model\":\"m\",\"think\":true,\"messages\":[]}";
        assertThat(spliced(body, Thinking.OFF, OptionalLong.empty())).isEqualTo(body);
    }

    @Test
    void standsBesideALimit() {
        assertThat(spliced("{\"model\":\"m\",\"messages\":[]}", Thinking.ON, OptionalLong.of(9)))
                .isEqualTo("{\"think\":true,\"options\":{\"num_predict\":9},\"model\":\"m\",\"messages\":[]}");
    }

    @Test
    void isNothingWhereTheNameImpliesNothing() {
        String body = "{\"model\":\"m\",\"messages\":[]}";
        assertThat(spliced(body, Thinking.DEFAULT, OptionalLong.empty())).isEqualTo(body);
    }
}
