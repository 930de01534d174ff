package dev.sluice.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SandboxAnswersTest {
    @Test
    void answersTheSameToTheSameRequest() {
        String request = "{\"model\":\"m\",\"messages\":[],\"max_tokens\":2}";
        Optional<String> answer = SandboxAnswers.to(outbound(request)).map(SandboxAnswersTest::text);
        assertThat(answer).isEqualTo(SandboxAnswers.to(outbound(request)).map(SandboxAnswersTest::text));
        assertThat(answer.orElse("")).contains("\"finish_reason\":\"length\"");
    }

    @Test
    void hasNoAnswerToWhatIsNotJson() {
        assertThat(SandboxAnswers.to(outbound("{\"model\":"))).isEmpty();
        assertThat(SandboxAnswers.to(outbound("hello"))).isEmpty();
        assertThat(SandboxAnswers.to(outbound("{\"model\":\"m\",\"max_tokens\":99999999999999999999}")))
                .isEmpty();
    }

    @Test
    void countsTheTextsOfThePromptAndNotTheFieldsAroundThem() {
        String turn = "\"messages\":[{\"role\":\"user\",\"content\":\"안녕하세요 you there\"}]";
        String plain = "{\"model\":\"m\"," + turn + "}";
        String more =
                "{\"model\":\"m\",\"temperature\":0.25,\"user\":\"kim\",\"stream_options\":{\"include_usage\":true},"
                        + turn + "}";
        // Five of Hangul, ten of ASCII, and what a template puts round a turn.
        for (String body : List.of(plain, more)) {
            assertThat(SandboxAnswers.to(outbound(body)).map(SandboxAnswersTest::text))
                    .get()
                    .asString()
                    .contains("\"prompt_tokens\":14,");
        }
    }

    @Test
    void countsAPictureAsOneAndNotByItsBytes() {
        String picture = "data:image/png;base64," + "A".repeat(400_000);
        assertThat(SandboxAnswers.to(
                                outbound("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
                                        + "\"image_url\",\"image_url\":{\"url\":\"" + picture + "\"}}]}]}"))
                        .map(SandboxAnswersTest::text))
                .get()
                .asString()
                .containsPattern("\"prompt_tokens\":[0-9]{3},");
    }

    private static Outbound outbound(String body) {
        return new Outbound("/chat/completions", Slices.of(body.getBytes(UTF_8)), false, List.of());
    }

    private static String text(List<byte[]> pieces) {
        return new String(pieces.getFirst(), UTF_8);
    }
}
