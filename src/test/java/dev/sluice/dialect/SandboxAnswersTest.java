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

    private static Outbound outbound(String body) {
        return new Outbound("/chat/completions", Slices.of(body.getBytes(UTF_8)), false, List.of());
    }

    private static String text(List<byte[]> pieces) {
        return new String(pieces.getFirst(), UTF_8);
    }
}
