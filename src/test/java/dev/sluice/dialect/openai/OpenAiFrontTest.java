package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Thinking;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiFrontTest {
    private static Failure.BadRequest refusal(Endpoint endpoint, String body) {
        GatewayException thrown = catchThrowableOfType(GatewayException.class, () -> FRONT.read(endpoint, bytes(body)));
        assertThat(thrown).as(body).isNotNull();
        return (Failure.BadRequest) thrown.failure();
    }

    private static ChatRequest understood(Inbound inbound) {
        return ((Asked.Chat) FRONT.understand(inbound)).request();
    }

    private static Inbound messages(String messages) {
        return FRONT.read(Endpoint.OPENAI_CHAT, bytes("{\"model\":\"m\",\"messages\":" + messages + "}"));
    }

    @Test
    void aReaderGivesNoAdviceOnItself() {
        GatewayException thrown = catchThrowableOfType(
                GatewayException.class,
                () -> FRONT.read(
                        Endpoint.OPENAI_CHAT,
                        bytes(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":NaN}")));
        assertThat(thrown).hasMessageContaining("NaN").hasMessageNotContaining("enable");
    }

    @Test
    void readsWhatRoutingNeeds() {
        Inbound inbound = chat(",\"stream\":true,\"n\":2,\"max_tokens\":9,\"stream_options\":{\"include_usage\":true},"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"reasoning_effort\":\"low\","
                + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}");
        assertThat(inbound.model()).isEqualTo("alias");
        assertThat(inbound.stream()).isTrue();
        assertThat(inbound.usageAsked()).isTrue();
        assertThat(inbound.choices()).isEqualTo(2);
        assertThat(inbound.outputCap()).hasValue(9);
        assertThat(inbound.needs()).isEqualTo(new Inbound.Needs(true, false, true, true));
        Inbound.Span model = inbound.spots().model().orElseThrow();
        assertThat(text(inbound.body()).substring(model.from(), model.to())).isEqualTo("\"alias\"");
    }

    @Test
    void doesNotStreamUnlessAsked() {
        assertThat(chat("").stream()).isFalse();
        assertThat(chat(",\"stream\":null,\"n\":null,\"max_tokens\":null").outputCap())
                .isEmpty();
        assertThat(chat(",\"tools\":[],\"tool_choice\":\"none\"").needs()).isEqualTo(Inbound.Needs.NONE);
    }

    /** No server obeys it there, so nothing may be held by it. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "0", "-1", "16000", "1e30", "\"1\"", "true", "[]", "{}"})
    void theChatsNameForTheLimitIsRefusedInAPlainCompletion(String value) {
        for (String other : List.of("", ",\"max_tokens\":16000")) {
            Failure.BadRequest refusal = refusal(
                    Endpoint.OPENAI_COMPLETIONS,
                    "{\"model\":\"m\",\"prompt\":\"x\",\"max_completion_tokens\":" + value + other + "}");
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.param()).isEqualTo("max_completion_tokens");
            assertThat(refusal.message())
                    .startsWith("Unrecognized request argument supplied: max_completion_tokens")
                    .contains("'max_tokens'");
        }
    }

    @Test
    void theChatsNameForTheLimitCapsNoPlainCompletionWhereItIsNull() {
        String body = "{\"model\":\"m\",\"prompt\":\"x\",\"max_completion_tokens\":null";
        Inbound alone = FRONT.read(Endpoint.OPENAI_COMPLETIONS, bytes(body + "}"));
        assertThat(alone.outputCap()).isEmpty();
        assertThat(alone.spots().outputCap()).isEmpty();
        Inbound beside = FRONT.read(Endpoint.OPENAI_COMPLETIONS, bytes(body + ",\"max_tokens\":7}"));
        assertThat(beside.outputCap()).hasValue(7);
    }

    @Test
    void takesTheCompletionLimitWhereBothAreGiven() { // check 90
        assertThat(chat(",\"max_tokens\":5,\"max_completion_tokens\":7").outputCap())
                .hasValue(7);
        assertThat(chat(",\"max_completion_tokens\":7,\"max_tokens\":5").outputCap())
                .hasValue(7);
        assertThat(chat(",\"max_completion_tokens\":null,\"max_tokens\":1e2").outputCap())
                .hasValue(100);
    }

    @Test
    void seesImages() {
        assertThat(messages(
                                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}]")
                        .needs()
                        .images())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | ``",
                "[] | ``",
                "{\"model\": | ``",
                "{\"model\":\"m\",\"messages\":[{}]}x | ``",
                "{\"messages\":[{}]} | model",
                "{\"model\":\"\",\"messages\":[{}]} | model",
                "{\"model\":5,\"messages\":[{}]} | model",
                "{\"model\":\"a\",\"model\":\"b\",\"messages\":[{}]} | model",
                "{\"model\":\"m\"} | messages",
                "{\"model\":\"m\",\"messages\":[]} | messages",
                "{\"model\":\"m\",\"messages\":\"x\"} | messages",
                "{\"model\":\"m\",\"messages\":[{},5]} | messages[1]",
                "{\"model\":\"m\",\"messages\":[{}],\"stream\":1} | stream",
                "{\"model\":\"m\",\"messages\":[{}],\"stream\":true,\"stream\":false} | stream",
                "{\"model\":\"m\",\"messages\":[{}],\"stream_options\":{}} | stream_options",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":\"9\"} | max_tokens",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":-1} | max_tokens",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":1.5} | max_tokens",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":9223372036854775808} | max_tokens",
                "{\"model\":\"m\",\"messages\":[{}],\"n\":0} | n",
                "{\"model\":\"m\",\"messages\":[{}],\"tools\":{}} | tools",
                "{\"model\":\"m\",\"messages\":[{}],\"response_format\":\"json\"} | response_format",
            })
    void refusesWhatCannotBeRight(String body, String param) {
        Failure.BadRequest refusal = refusal(Endpoint.OPENAI_CHAT, body);
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.message()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"json_schema\"}",
                "{\"json_schema\":null,\"type\":\"json_schema\"}",
                "{\"type\":\"json_schema\",\"json_schema\":\"x\"}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"strict\":true}}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":null}}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":\"{}\"}}",
            })
    void refusesToAskForASchemaWithoutOne(String format) {
        Failure.BadRequest refusal =
                refusal(Endpoint.OPENAI_CHAT, "{\"model\":\"m\",\"messages\":[{}],\"response_format\":" + format + "}");
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo("response_format");
        assertThat(refusal.message()).contains("json_schema.schema").contains("json_object");
    }

    @Test
    void refusesWrongEmbeddingCalls() { // check 98
        String many = "\"x\",".repeat(2048) + "\"x\"";
        assertThat(refusal(Endpoint.OPENAI_EMBEDDINGS, "{\"model\":\"m\",\"input\":[" + many + "]}")
                        .param())
                .isEqualTo("input");
        assertThat(refusal(Endpoint.OPENAI_EMBEDDINGS, "{\"model\":\"m\",\"input\":[]}")
                        .param())
                .isEqualTo("input");
        assertThat(refusal(Endpoint.OPENAI_EMBEDDINGS, "{\"model\":\"m\",\"input\":\"x\",\"encoding_format\":\"int8\"}")
                        .param())
                .isEqualTo("encoding_format");
        String tokens = "1,".repeat(4000) + "1";
        Inbound inbound = FRONT.read(Endpoint.OPENAI_EMBEDDINGS, bytes("{\"model\":\"m\",\"input\":[" + tokens + "]}"));
        EmbedRequest request = ((Asked.Embed) FRONT.understand(inbound)).request();
        assertThat(request.inputs()).hasSize(1);
    }

    @Test
    void understandsAConversation() {
        ChatRequest request = understood(messages("[{\"role\":\"developer\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y\"}},{\"type\":\"input_audio\",\"input_audio\":{}}]},"
                + "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\","
                + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"b\\\":1,\\\"a\\\":2}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"4\"}]"));
        List<Message> turns = request.messages();
        assertThat(turns.get(0)).isEqualTo(Message.of("system", "be brief"));
        assertThat(turns.get(1).parts())
                .containsExactly(
                        new Message.Part.Text("a"),
                        new Message.Part.Image("image/png", "AAAA", ""),
                        new Message.Part.Image("", "", "https://x/y"),
                        new Message.Part.Other(
                                "input_audio", new RawJson("{\"type\":\"input_audio\",\"input_audio\":{}}")));
        assertThat(turns.get(2).thinking()).isEqualTo("hm"); // check 85
        assertThat(turns.get(2).parts()).isEmpty();
        assertThat(turns.get(2).toolCalls())
                .containsExactly(new Message.ToolCall("c1", "f", new RawJson("{\"b\":1,\"a\":2}")));
        assertThat(turns.get(3).toolCallId()).contains("c1");
    }

    @Test
    void understandsTheOldFunctionFields() {
        Inbound inbound = FRONT.read(
                Endpoint.OPENAI_CHAT,
                bytes(
                        "{\"model\":\"m\",\"functions\":[{\"name\":\"f\",\"parameters\":{}}],\"function_call\":{\"name\":\"f\"},"
                                + "\"messages\":[{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                                + "{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}]}"));
        ChatRequest request = understood(inbound);
        assertThat(request.tools().getFirst().name()).isEqualTo("f");
        assertThat(request.tools().getFirst().definition().text())
                .isEqualTo("{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}");
        assertThat(request.toolChoice()).contains(new RawJson("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"));
        assertThat(request.messages().get(1).role()).isEqualTo("tool");
        assertThat(request.messages().get(1).toolName()).contains("f");
        assertThat(inbound.needs().tools()).isTrue();
    }

    @Test
    void keepsUnknownFieldsInOrderAndAsWritten() { // check 89
        ChatRequest request = understood(
                chat(",\"zeta\":1.10,\"stop\":[\"a\",\"b\"],\"alpha\":{\"x\":9007199254740993},\"nothing\":null"));
        assertThat(request.others())
                .containsExactly(
                        java.util.Map.entry("zeta", new RawJson("1.10")),
                        java.util.Map.entry("alpha", new RawJson("{\"x\":9007199254740993}")));
        assertThat(request.sampling().stop()).containsExactly("a", "b");
        assertThat(understood(chat(",\"stop\":\"x\"")).sampling().stop()).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"reasoning_effort\":\"none\" | OFF",
                "\"reasoning_effort\":\"xhigh\" | MAX",
                "\"thinking\":{\"type\":\"disabled\"} | OFF",
                "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":5},\"reasoning_effort\":\"high\" | HIGH",
                "\"reasoning_effort\":\"low\",\"thinking\":{\"type\":\"enabled\"} | LOW",
                "\"reasoning\":{\"effort\":\"low\"} | LOW",
                "\"reasoning\":{\"enabled\":false} | OFF",
                "\"chat_template_kwargs\":{\"enable_thinking\":false,\"x\":[1]} | OFF",
                "\"chat_template_kwargs\":{\"enable_thinking\":true} | ON",
                "\"foo\":1 | DEFAULT",
            })
    void understandsEveryWayToAskForThinking(String members, Thinking thinking) {
        assertThat(understood(chat("," + members)).thinking()).isEqualTo(thinking);
    }

    @Test
    void understandsFormats() {
        AnswerFormat schema = understood(
                        chat(",\"response_format\":{\"json_schema\":{\"strict\":true,\"schema\":{\"b\":1,\"a\":2},"
                                + "\"name\":\"n\"},\"type\":\"json_schema\"}"))
                .format();
        assertThat(schema).isEqualTo(new AnswerFormat.Schema("n", new RawJson("{\"b\":1,\"a\":2}"), true));
        assertThat(understood(chat(",\"response_format\":{\"type\":\"json_object\"}"))
                        .format())
                .isEqualTo(new AnswerFormat.AnyJson());
    }

    @Test
    void keepsAFormatThatNobodyKnows() {
        ChatRequest request = understood(chat(",\"response_format\":{\"type\":\"yaml\", \"indent\":2}"));
        assertThat(request.format()).isEqualTo(new AnswerFormat.Free());
        assertThat(request.others())
                .containsExactly(
                        java.util.Map.entry("response_format", new RawJson("{\"type\":\"yaml\", \"indent\":2}")));
        assertThat(understood(chat(",\"response_format\":{\"type\":\"text\"}")).others())
                .isEmpty();
        assertThat(understood(chat(",\"response_format\":{}")).others()).isEmpty();
    }

    @Test
    void namesWhatATurnHasNoPlaceFor() {
        ChatRequest request = understood(messages("[{\"role\":\"user\",\"name\":\"anna\",\"content\":["
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y\",\"detail\":\"low\"}}]},"
                + "{\"role\":\"tool\",\"name\":\"f\",\"tool_call_id\":\"c\",\"content\":\"1\"}]"));
        assertThat(request.others())
                .containsOnlyKeys("image_url.detail", "messages.name")
                .containsEntry("messages.name", new RawJson("\"anna\""));
        assertThat(understood(messages("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                                + "\"image_url\":{\"url\":\"https://x/y\",\"detail\":\"auto\"}}]}]"))
                        .others())
                .isEmpty();
    }

    @Test
    void keepsAnEffortThatNobodyKnows() {
        assertThat(understood(chat(",\"reasoning_effort\":\"often\"")).others())
                .containsExactly(java.util.Map.entry("reasoning_effort", new RawJson("\"often\"")));
        assertThat(understood(chat(",\"reasoning_effort\":\"default\"")).others())
                .isEmpty();
    }

    @Test
    void understandsCompletionsAndEmbeddings() { // check 111
        Inbound fill = FRONT.read(
                Endpoint.OPENAI_COMPLETIONS,
                bytes(
                        "{\"model\":\"m\",\"prompt\":[1,2],\"suffix\":\"end\",\"echo\":true,\"max_tokens\":0,\"logprobs\":2}"));
        CompletionRequest completion = ((Asked.Completion) FRONT.understand(fill)).request();
        assertThat(completion.prompt().text()).isEqualTo("[1,2]");
        assertThat(completion.suffix()).isEqualTo("end");
        assertThat(completion.echo()).isTrue();
        Inbound embed = FRONT.read(
                Endpoint.OPENAI_EMBEDDINGS, bytes("{\"model\":\"m\",\"input\":[\"a\",[1,2]],\"dimensions\":8}"));
        EmbedRequest request = ((Asked.Embed) FRONT.understand(embed)).request();
        assertThat(request.inputs()).containsExactly(new RawJson("\"a\""), new RawJson("[1,2]"));
        assertThat(request.dimensions()).hasValue(8);
    }

    @Test
    void answersAnythingWithARefusalOrAReading() {
        long seed = new Random().nextLong();
        System.out.println("OpenAiFrontTest seed " + seed);
        Random random = new Random(seed);
        byte[] good = chat(",\"stream\":true,\"tools\":[{\"a\":1}],\"reasoning\":{\"effort\":\"low\"},\"stop\":[\"x\"]")
                .body();
        for (int round = 0; round < 5_000; round++) {
            byte[] body = good.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                FRONT.understand(FRONT.read(Endpoint.OPENAI_CHAT, body));
            } catch (GatewayException e) {
                assertThat(e.failure()).isInstanceOf(Failure.BadRequest.class);
            }
        }
    }
}
