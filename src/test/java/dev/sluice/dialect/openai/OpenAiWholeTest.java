package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.relay;
import static dev.sluice.dialect.openai.Calls.through;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Money;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class OpenAiWholeTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static String answer(String model, String message, String finish, String rest) {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + model
                + "\",\"choices\":[{\"index\":0," + "\"message\":" + message + ",\"finish_reason\":\"" + finish + "\"}]"
                + rest + "}";
    }

    private static final String HI = "{\"role\":\"assistant\",\"content\":\"hi\",\"refusal\":null}";

    private static Kind failure(String body) {
        Relay relay = relay(chat(""));
        assertThat(through(relay, bytes(body), 3)).isEmpty();
        assertThat(relay.complete()).isFalse();
        return relay.failure().map(Failure.Upstream::kind).orElseThrow();
    }

    private static Optional<Usage> usage(String usage) {
        Relay relay = relay(chat(""));
        through(relay, answer("alias", HI, "stop", ",\"usage\":" + usage));
        assertThat(relay.complete()).isTrue();
        return relay.usage();
    }

    @Test
    void passesAGoodAnswerByteForByte() {
        String body = answer("alias", HI, "stop", ",\"metrics\":null,\"x\":1.10");
        for (int size : new int[] {1, 7, 10_000}) {
            Relay relay = relay(chat(""));
            assertThat(through(relay, bytes(body), size)).isEqualTo(body);
            assertThat(relay.contentType()).isEqualTo("application/json");
            assertThat(relay.heartbeat()).isEmpty();
        }
    }

    @Test
    void trimsTheBlankLinesOfAPatientProvider() { // check 95
        String body = answer("alias", HI, "stop", "");
        assertThat(through(relay(chat("")), bytes("\n  \n".repeat(40) + body), 1))
                .isEqualTo(body);
    }

    @Test
    void saysWhyItEndedWhereTheProviderDoesNot() { // check 78
        String open = answer("alias", HI, "stop", "").replace("\"stop\"", "null");
        assertThat(through(relay(chat("")), open)).isEqualTo(answer("alias", HI, "stop", ""));
        assertThat(through(relay(chat("")), open.replace(",\"finish_reason\":null", "")))
                .isEqualTo(answer("alias", HI, "stop", ""));
    }

    @Test
    void repairsNameRefusalFinishAndError() { // check 68, 77, 88
        String call = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":{\"b\":1}}}]}";
        Relay relay = relay(chat(""));
        JsonNode out = MAPPER.readTree(through(relay, answer("real", call, "stop", ",\"error\":null")));
        assertThat(out.path("model").asString()).isEqualTo("alias");
        assertThat(out.has("error")).isFalse();
        JsonNode choice = out.path("choices").path(0);
        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(choice.path("message").path("refusal").isNull()).isTrue();
        assertThat(choice.path("message")
                        .path("tool_calls")
                        .path(0)
                        .path("function")
                        .path("arguments")
                        .asString())
                .isEqualTo("{\"b\":1}");
        assertThat(relay.answeredBy()).isEqualTo("real");
    }

    @Test
    void takesErrorsWithStatus200ForFailures() { // check 84
        assertThat(failure("{\"error\":{\"code\":429,\"message\":\"slow\"}}")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(failure(
                        "{\"choices\":[{\"index\":0,\"error\":{\"code\":502,\"message\":\"down\"},\"message\":{}}]}"))
                .isEqualTo(Kind.SERVER_ERROR);
        assertThat(failure("<html>x</html>")).isEqualTo(Kind.NONSENSE);
        assertThat(failure("{\"hello\":1}")).isEqualTo(Kind.NONSENSE);
        assertThat(failure("[]")).isEqualTo(Kind.NONSENSE);
        assertThat(failure("")).isEqualTo(Kind.CUT);
        assertThat(failure(answer("alias", HI, "stop", "").substring(0, 60))).isEqualTo(Kind.CUT);
        assertThat(failure(answer("alias", "{\"content\":\" \\n\"}", "stop", "")))
                .isEqualTo(Kind.EMPTY_ANSWER); // check 94
    }

    @Test
    void readsEveryProvidersCount() { // check 148, 149
        assertThat(usage("{\"prompt_tokens\":100,\"completion_tokens\":9,\"prompt_cache_hit_tokens\":64,"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":5}}"))
                .contains(new Usage(100, 64, 0, 9, 5, false, Optional.empty()));
        assertThat(usage("{\"prompt_tokens\":100,\"completion_tokens\":9,\"cost\":0.00085,\"prompt_tokens_details\":"
                        + "{\"cached_tokens\":30,\"cache_write_tokens\":20},\"completion_tokens_details\":null}"))
                .contains(new Usage(100, 30, 20, 9, 0, false, Optional.of(new Money(850_000))));
        assertThat(
                        usage(
                                "{\"prompt_tokens\":10,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":50,"
                                        + "\"cache_write_tokens\":50},\"completion_tokens_details\":{\"reasoning_tokens\":7},\"cost\":1e999999999}"))
                .contains(new Usage(10, 10, 0, 1, 1, false, Optional.empty()));
        assertThat(usage("{\"prompt_tokens\":-4,\"completion_tokens\":1}")).isEmpty();
        assertThat(usage("[]")).isEmpty();
    }

    @Test
    void saysStopWhereNoToolWasCalled() { // check 77
        String body = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"alias\",\"choices\":[{"
                + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null,\"tool_calls\":[]},"
                + "\"finish_reason\":\"tool_calls\"}]}";
        assertThat(through(relay(chat("")), body)).isEqualTo(body.replace("\"tool_calls\"}", "\"stop\"}"));
    }

    @Test
    void replacesACountThatMakesNoSense() {
        String head =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"alias\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"refusal\":null},\"finish_reason\":\"stop\"}]";
        Inbound inbound = chat("");
        Usage estimate = TokenEstimate.usage(inbound.body(), "Hello".length());
        for (String bad : new String[] {
            "{\"prompt_tokens\":-7,\"completion_tokens\":2}",
            "{\"prompt_tokens\":9000000000000,\"completion_tokens\":2}",
            "{\"prompt_tokens\":0,\"completion_tokens\":0}",
        }) {
            assertThat(through(relay(inbound), head + ",\"usage\":" + bad + "}"))
                    .startsWith(head + ",\"usage\":{\"prompt_tokens\":" + estimate.input() + ",\"completion_tokens\":"
                            + estimate.output() + ",");
        }
        assertThat(through(
                        relay(inbound),
                        head + ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":-3}}}"))
                .contains("\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":0}");
        String good = head + ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}";
        assertThat(through(relay(inbound), good)).isEqualTo(good);
    }

    private static Inbound embed(String encoding) {
        return FRONT.read(
                Endpoint.OPENAI_EMBEDDINGS, bytes("{\"model\":\"alias\",\"input\":[\"a\",\"b\"]" + encoding + "}"));
    }

    private static String vectors(String first, String second) {
        return "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":1,\"embedding\":" + second
                + "},{\"object\":\"embedding\",\"index\":0,\"embedding\":" + first
                + "}],\"model\":\"real\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}";
    }

    @Test
    void passesVectorsInTheirOrderWithTheirCount() { // check 97
        Relay relay = BACK.passThrough(embed(""), plain(), Receipt.NONE);
        String first = "{\"object\":\"embedding\",\"index\":0,\"embedding\":[1.5,-2]}";
        String second = "{\"object\":\"embedding\",\"index\":1,\"embedding\":[0.25,3e-1]}";
        String body = vectors("[1.5,-2]", "[0.25,3e-1]");
        assertThat(body).contains(second + "," + first);
        assertThat(through(relay, bytes(body), 5))
                .isEqualTo(
                        body.replace(second + "," + first, first + "," + second).replace("real", "alias"));
        assertThat(relay.usage()).contains(Usage.of(4, 0));
        assertThat(relay.contentSeen()).isTrue();
    }

    @Test
    void encodesVectorsAsTheClientAskedWhateverTheProviderDid() { // check 96
        Relay relay = BACK.passThrough(embed(",\"encoding_format\":\"base64\""), plain(), Receipt.NONE);
        JsonNode out = MAPPER.readTree(through(relay, vectors("[1.5,-2]", "[0.25,4]")));
        String first = out.path("data").path(0).path("embedding").asString();
        assertThat(Base64.getDecoder().decode(first))
                .isEqualTo(new byte[] {0, 0, (byte) 0xC0, 0x3F, 0, 0, 0, (byte) 0xC0});
        Relay back = BACK.passThrough(embed(",\"encoding_format\":\"float\""), plain(), Receipt.NONE);
        JsonNode numbers = MAPPER.readTree(through(back, vectors("\"" + first + "\"", "\"" + first + "\"")));
        assertThat(numbers.path("data").path(1).path("embedding").path(0).asDouble())
                .isEqualTo(1.5);
        assertThat(numbers.path("data").path(0).path("index").asInt()).isZero();
    }

    @Test
    void takesEmbeddingNonsenseForAFailure() {
        for (String body : new String[] {
            "", "<html>", "{\"data\":[]}", "{\"data\":{}}", "{\"error\":{\"message\":\"x\",\"code\":500}}"
        }) {
            Relay relay = BACK.passThrough(embed(""), plain(), Receipt.NONE);
            assertThat(through(relay, body)).isEmpty();
            assertThat(relay.failure()).as(body).isPresent();
        }
    }
}
