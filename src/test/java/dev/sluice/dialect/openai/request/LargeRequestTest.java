package dev.sluice.dialect.openai.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Endpoint;
import dev.sluice.model.GatewayException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request with a long text is read as if every byte of it had been looked at. */
class LargeRequestTest {
    private static final String LONG = "lorem ipsum ".repeat(10_000);

    private static byte[] body(String members) {
        return ("{" + members.replace("$LONG", LONG).replace("$NAME", LONG.substring(0, 5_000)) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"$LONG\"}]",
                "\"messages\":[{\"role\":\"user\",\"content\":\"$LONG\"}],\"model\":\"m\",\"stream\":true",
                "\"messages\":[{\"role\":\"user\",\"content\":\"$LONG\"},{\"content\":\"a\\n$LONG\\\"한글$LONG\"}],"
                        + "\"max_tokens\":7,\"stream\":true,\"stream_options\":{\"x\":\"$LONG\",\"include_usage\":true},"
                        + "\"model\":\"m\",\"user\":\"kim\",\"n\":3",
                "\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:$LONG\"}}]}],\"model\":\"m\"",
                "\"messages\":[{\"content\":\"$LONG\"}],\"model\":\"m\",\"user\":\"a\\n$LONG\"",
                "\"messages\":[{\"content\":\"$LONG\"}],\"model\":\"$LONG\"",
                "\"$NAME\":1,\"messages\":[{\"content\":\"$LONG\"}],\"model\":\"m\",\"service_tier\":\"$LONG\"",
                "\"messages\":[{\"content\":\"$LONG\"}],\"model\":\"m\",\"tools\":[{\"a\":\"$LONG\"}],"
                        + "\"reasoning_effort\":\"high\",\"max_completion_tokens\":9",
            })
    void isReadAsIfEveryByteHadBeenLookedAt(String members) {
        byte[] body = body(members);
        assertThat(LargeRequest.read(Endpoint.OPENAI_CHAT, body))
                .isEqualTo(RequestScan.readWhole(Endpoint.OPENAI_CHAT, body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"model\":\"m\",\"messages\":[{\"content\":\"$LONG\"}",
                "\"model\":\"m\",\"messages\":[{\"content\":\"$LONG\"}],\"n\":\"$LONG\"",
                "\"model\":\"m\",\"messages\":[{\"content\":\"$LONG\n\"}]",
                "\"model\":7,\"messages\":[{\"content\":\"$LONG\"}]",
                "\"messages\":[{\"content\":\"$LONG\"}]",
                "\"model\":\"m\",\"messages\":[{\"content\":\"$LONG\"}],\"stream\":1}{",
            })
    void isRefusedInTheSameWords(String members) {
        byte[] body = body(members);
        assertThatThrownBy(() -> LargeRequest.read(Endpoint.OPENAI_CHAT, body))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        large -> assertThatThrownBy(() -> RequestScan.readWhole(Endpoint.OPENAI_CHAT, body))
                                .isInstanceOfSatisfying(
                                        GatewayException.class,
                                        whole -> assertThat(large.failure()).isEqualTo(whole.failure())));
    }
}
