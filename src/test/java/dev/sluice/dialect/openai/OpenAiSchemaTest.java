package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.profile;
import static dev.sluice.dialect.openai.Calls.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.model.Endpoint;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A client that asks for a schema, and a provider that knows none. */
class OpenAiSchemaTest { // check 93
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Profile DEEPSEEK = profile(ThinkingStyle.SWITCH, false, false, Set.of());
    private static final String SCHEMA = "{\"type\":\"object\", \"description\":\"\\u00e9 \\\"x\\\"\"}";
    private static final String FORMAT =
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                    + "\"strict\":true,\"schema\":" + SCHEMA + "}}";
    private static final String LINE = "Answer with JSON only, following this JSON schema:\n" + SCHEMA;

    @Test
    void tellsTheSchemaInTheSystemTurn() {
        String messages = "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"hi\"}]";
        JsonNode body = sent(messages, DEEPSEEK);
        assertThat(body.path("response_format").toString()).isEqualTo("{\"type\":\"json_object\"}");
        assertThat(body.path("messages").size()).isEqualTo(2);
        assertThat(body.path("messages").path(0).path("content").asString()).isEqualTo("Be brief.\n\n" + LINE);
    }

    @Test
    void addsAPartToASystemTurnOfParts() {
        String messages = "[{\"content\":[{\"type\":\"text\",\"text\":\"Be brief.\"} ],\"role\":\"system\"}]";
        JsonNode parts = sent(messages, DEEPSEEK).path("messages").path(0).path("content");
        assertThat(parts.path(1).path("text").asString()).isEqualTo(LINE);
        assertThat(sent("[{\"role\":\"system\",\"content\":[]}]", DEEPSEEK)
                        .path("messages")
                        .path(0)
                        .path("content")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void putsASystemTurnFirstWhereThereIsNone() {
        JsonNode turns =
                sent("[ {\"role\":\"user\",\"content\":\"hi\"}]", DEEPSEEK).path("messages");
        assertThat(turns.path(0).path("role").asString()).isEqualTo("system");
        assertThat(turns.path(0).path("content").asString()).isEqualTo(LINE);
        assertThat(turns.path(1).path("content").asString()).isEqualTo("hi");
        assertThat(sent("[{\"role\":\"system\",\"content\":null}]", DEEPSEEK)
                        .path("messages")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void leavesTheFormatOutWhereItIsRefusedAndAloneWhereItIsUnderstood() {
        String messages = "[{\"role\":\"user\",\"content\":\"hi\"}]";
        Profile refusing = profile(ThinkingStyle.SWITCH, false, false, Set.of("response_format"));
        assertThat(sent(messages, refusing).has("response_format")).isFalse();
        assertThat(sent(messages, refusing).path("messages").size()).isEqualTo(2);
        assertThat(sent(messages, Profile.PLAIN).path("response_format").toString())
                .contains("json_schema");
        assertThat(sent(messages, Profile.PLAIN).path("messages").size()).isEqualTo(1);
    }

    private static JsonNode sent(String messages, Profile profile) {
        String body = "{\"model\":\"alias\"," + FORMAT + ",\"messages\":" + messages + ",\"temperature\":1}";
        return MAPPER.readTree(BACK.splice(FRONT.read(Endpoint.OPENAI_CHAT, bytes(body)), target(profile))
                .body()
                .join());
    }
}
