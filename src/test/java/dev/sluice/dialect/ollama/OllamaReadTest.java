package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.dialect.Inbound;
import dev.sluice.model.Endpoint;
import dev.sluice.model.GatewayException;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OllamaReadTest {
    private final OllamaFront front = new OllamaFront(InstantSource.fixed(Recordings.NOON), OllamaLeniency.NONE);

    private static final List<Endpoint> ROUTES =
            List.of(Endpoint.OLLAMA_CHAT, Endpoint.OLLAMA_GENERATE, Endpoint.OLLAMA_EMBED, Endpoint.OLLAMA_EMBEDDINGS);

    /** Refusals that hang on what the model can do, or on whether it exists, are decided elsewhere. */
    private static final Set<String> ABOUT_THE_MODEL =
            Set.of("does not support", "for this model", "not found", "exceeds", "terminated");

    @Test
    void refusesInTheRecordedWords() { // checks 25, 27, 30, 35, 36, 37, 38, 41, 46, 61, 63
        List<String> wrong = new ArrayList<>();
        for (Recordings.Recording recording : Recordings.all()) {
            boolean modelAlone = ABOUT_THE_MODEL.stream().anyMatch(recording.text()::contains);
            if (recording.status() >= 400 && (!modelAlone || recording.name().equals("generate-no-model"))) {
                String told = reply(recording.endpoint(), recording.request());
                if (!told.equals(recording.status() + " " + recording.text())) {
                    wrong.add(recording + " says " + told);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void refusesAsTheServerDidWhenAskedOneByOne() throws IOException { // checks 30, 35, 36, 37, 38, 41, 46
        List<String> wrong = new ArrayList<>();
        for (JsonNode asked : refusals()) {
            Endpoint endpoint = Endpoint.valueOf(
                    "OLLAMA_" + asked.get("endpoint").asString().toUpperCase(Locale.ROOT));
            String body = asked.get("body").asString();
            String told = reply(endpoint, body.getBytes(UTF_8));
            String expected =
                    asked.get("status").asInt() + " " + asked.get("answer").asString();
            if (!told.equals(expected)) {
                wrong.add(endpoint + " " + body + "\n  says     " + told + "\n  expected " + expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<JsonNode> refusals() throws IOException {
        try (InputStream file = OllamaReadTest.class.getResourceAsStream("refusals.jsonl")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
            return text.lines().map(Recordings.TREES::readTree).toList();
        }
    }

    /** The status and body that the client gets; "200" where nothing is wrong. */
    private String reply(Endpoint endpoint, byte[] body) {
        try {
            front.read(endpoint, body);
            return "200";
        } catch (GatewayException refusal) {
            WholeReply reply = front.refuse(refusal.failure(), "", "");
            return reply.status() + " " + new String(reply.body(), UTF_8);
        }
    }

    @Test
    void acceptsEveryRequestThatTheServerAnswered() {
        List<String> wrong = new ArrayList<>();
        for (Recordings.Recording recording : Recordings.all()) {
            if (recording.status() == 200
                    && !reply(recording.endpoint(), recording.request()).equals("200")) {
                wrong.add(recording.name());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void streamsUnlessToldOtherwise() { // checks 10, 11
        assertThat(chat("{\"model\":\"m\"}").stream()).isTrue();
        assertThat(chat("{\"model\":\"m\",\"stream\":null}").stream()).isTrue();
        assertThat(chat("{\"model\":\"m\",\"stream\":false}").stream()).isFalse();
        assertThat(front.read(Endpoint.OLLAMA_EMBED, bytes("{\"model\":\"m\"}")).stream())
                .isFalse();
    }

    @Test
    void keepsTheModelsNameAsWrittenAndKnowsWhereItStands() { // check 40
        Inbound call = chat("{ \"Model\" : \"Tiny\\u002dChat\" }");
        assertThat(call.model()).isEqualTo("Tiny-Chat");
        Inbound.Span span = call.spots().model().orElseThrow();
        assertThat(new String(call.body(), span.from(), span.to() - span.from(), UTF_8))
                .isEqualTo("\"Tiny\\u002dChat\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OLLAMA_CHAT | \"options\":{\"temperature\":1e999} | 1e999 | ChatRequest.options",
                "OLLAMA_CHAT | \"options\":{\"num_predict\":1e999},\"stream\":3 | 1e999 | ChatRequest.options",
                "OLLAMA_CHAT | \"options\":{\"a\":{\"b\":[1,-1e999]}},\"options\":null | -1e999 | ChatRequest.options",
                "OLLAMA_CHAT | \"keep_alive\":1e999 | 1e999 | ChatRequest.keep_alive",
                "OLLAMA_CHAT | \"messages\":[{\"tool_calls\":[{\"function\":{\"name\":\"x\",\"arguments\":{\"a\":1e999}}}]}]"
                        + " | 1e999 | ChatRequest.messages.tool_calls.function.arguments",
                "OLLAMA_GENERATE | \"options\":{\"mirostat_tau\":1e999} | 1e999 | GenerateRequest.options",
                "OLLAMA_EMBED | \"input\":[\"a\",1e999] | 1e999 | EmbedRequest.input",
                "OLLAMA_EMBEDDINGS | \"options\":{\"top_p\":1e999} | 1e999 | EmbeddingRequest.options",
            })
    void aNumberBeyondEveryDoubleIsRefusedInGosWords(Endpoint endpoint, String field, String number, String place) {
        assertThat(reply(endpoint, bytes("{\"model\":\"m\"," + field + "}")))
                .isEqualTo("400 {\"error\":\"json: cannot unmarshal number " + number + " into Go struct field " + place
                        + " of type float64\"}");
        if (!field.contains("input")) {
            assertThat(reply(
                            endpoint,
                            bytes("{\"model\":\"m\","
                                    + field.replace("1e999", "1e300").replace(":3", ":true") + "}")))
                    .isEqualTo("200");
        }
    }

    @Test
    void aWholeNumberBeyondEveryDoubleIsRefusedToo() {
        String long400 = "9".repeat(400);
        assertThat(reply(Endpoint.OLLAMA_CHAT, bytes("{\"model\":\"m\",\"options\":{\"top_p\":" + long400 + "}}")))
                .startsWith("400 {\"error\":\"json: cannot unmarshal number " + long400);
    }

    @Test
    void aNumberThatTheServerDoesNotReadMayBeAsLargeAsItLikes() {
        assertThat(reply(Endpoint.OLLAMA_CHAT, bytes("{\"model\":\"m\",\"other\":1e999}")))
                .isEqualTo("200");
    }

    @Test
    void takesOnlyARealLimitAsAnOutputCap() { // check 34
        assertThat(chat("{\"model\":\"m\",\"options\":{\"num_predict\":10}}").outputCap())
                .hasValue(10);
        assertThat(chat("{\"model\":\"m\",\"options\":{\"num_predict\":-1}}").outputCap())
                .isEmpty();
        assertThat(chat("{\"model\":\"m\",\"options\":{\"num_predict\":0}}").outputCap())
                .isEmpty();
    }

    @Test
    void seesWhatTheServerMustBeAbleToDo() {
        assertThat(chat("{\"model\":\"m\",\"think\":\"low\",\"tools\":[{}],\"format\":{},"
                                + "\"messages\":[{\"images\":[\"AAAA\"]}]}")
                        .needs())
                .isEqualTo(new Inbound.Needs(true, true, true, true));
        assertThat(chat("{\"model\":\"m\",\"think\":false,\"tools\":[],\"format\":\"json\",\"messages\":[{}]}")
                        .needs())
                .isEqualTo(Inbound.Needs.NONE);
    }

    @Test
    void ignoresWhatStandsBehindTheFirstValue() {
        assertThat(chat("{\"model\":\"m\"} }").model()).isEqualTo("m");
    }

    @Test
    void neverThrowsAnythingButARefusal() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] model = bytes(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"é\",\"images\":[\"AAAA\"]}],"
                        + "\"options\":{\"num_predict\":5,\"stop\":[\"a\"]},\"tools\":[{\"function\":{\"name\":\"f\"}}],"
                        + "\"keep_alive\":\"1h\",\"think\":true,\"format\":\"json\",\"prompt\":\"x\",\"input\":[\"x\"]}");
        for (int round = 0; round < 5_000; round++) {
            byte[] body = model.clone();
            for (int change = 0; change <= random.nextInt(3); change++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            Endpoint endpoint = ROUTES.get(random.nextInt(ROUTES.size()));
            Optional<Inbound> call = tryToRead(endpoint, body);
            call.ifPresent(inbound -> {
                assertThat(front.understand(inbound)).isNotNull();
                assertThat(front.withoutModel(inbound)).isNotNull();
            });
        }
    }

    private Optional<Inbound> tryToRead(Endpoint endpoint, byte[] body) {
        try {
            return Optional.of(front.read(endpoint, body));
        } catch (GatewayException _) {
            return Optional.empty();
        }
    }

    private Inbound chat(String body) {
        return front.read(Endpoint.OLLAMA_CHAT, bytes(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
