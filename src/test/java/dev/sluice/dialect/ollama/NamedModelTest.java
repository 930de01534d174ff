package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The refusals were recorded from a real server. */
class NamedModelTest {

    private static NamedModel show(String body) {
        return NamedModel.toShow(body.getBytes(UTF_8));
    }

    private static void assertRefused(String body, String words) {
        assertThatThrownBy(() -> show(body)).hasMessage(words);
    }

    @Test
    void takesEitherName() {
        assertThat(show("{\"model\":\"a\",\"name\":\"b\"}").name()).isEqualTo("a");
        assertThat(show("{\"name\":\"b\",\"verbose\":true}").name()).isEqualTo("b");
    }

    @Test
    void streamsUnlessToldNotTo() {
        assertThat(NamedModel.toPull("{\"model\":\"a\"}".getBytes(UTF_8)).stream())
                .isTrue();
        assertThat(NamedModel.toPull("{\"model\":\"a\",\"stream\":false}".getBytes(UTF_8)).stream())
                .isFalse();
    }

    @Test
    void refusesInTheRealServersWords() {
        assertRefused("", "missing request body");
        assertRefused("{\"model\":", "unexpected EOF");
        assertRefused("nonsense", "invalid character 'o' in literal null (expecting 'u')");
        assertRefused("[]", "json: cannot unmarshal array into Go value of type api.ShowRequest");
        assertRefused(
                "{\"model\":5}", "json: cannot unmarshal number into Go struct field ShowRequest.model of type string");
        assertRefused("{}", "model is required");
        assertThatThrownBy(() -> NamedModel.toPull("{}".getBytes(UTF_8))).hasMessage("invalid model name");
    }
}
