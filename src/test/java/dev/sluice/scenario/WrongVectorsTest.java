package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers whose vectors are not one for each text. */
class WrongVectorsTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              bad: {kind: openai-compatible, url: $UP/bad}
              cutting: {kind: openai-compatible, url: $UP/cutting, embed-batch: 2}
              ollama: {url: $UP/ollama}
              good: {kind: openai-compatible, url: $UP/good}
            models:
              whole: {order: written, chain: [bad/e, good/e]}
              native: {order: written, chain: [ollama/e, good/e]}
            """;
    private static final String GOOD = answer("{\"index\":0,\"embedding\":[3,4]},{\"index\":1,\"embedding\":[4,3]}");

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("good", visit -> visit.reply(200, "application/json", GOOD));

    private static String answer(String data) {
        return "{\"object\":\"list\",\"data\":[" + data + "],\"model\":\"e\",\"usage\":{\"prompt_tokens\":2,"
                + "\"total_tokens\":2}}";
    }

    private static String ask(String model, String input) {
        return "{\"model\":\"" + model + "\",\"input\":" + input + "}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one too few | {\"index\":1,\"embedding\":[1,2]}",
                "one too many | {\"embedding\":[1,2]},{\"embedding\":[1,2]},{\"embedding\":[1,2]}",
                "the same twice | {\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,3]}",
                "counted from one | {\"index\":1,\"embedding\":[1,2]},{\"index\":2,\"embedding\":[1,3]}",
                "below nothing | {\"index\":-1,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,3]}",
                "of other lengths | {\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1]}",
                "with a text | {\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,\"x\"]}",
            })
    void areNoAnswerWhicheverDialectTheyGoTo(String what, String data) throws IOException {
        upstream.on("bad", visit -> visit.reply(200, "application/json", answer(data)));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply same = gateway.post("/v1/embeddings", ask("whole", "[\"a\",\"b\"]"));
            assertThat(same.header("x-sluice-provider")).as(what).isEqualTo("good");
            assertThat(same.body()).isEqualTo(GOOD.replace("\"model\":\"e\"", "\"model\":\"whole\""));
            Reply other = gateway.post("/api/embed", ask("whole", "[\"a\",\"b\"]"));
            assertThat(other.body()).as(what).contains("\"embeddings\":[[0.6,0.8],[0.8,0.6]]");
            assertThat(gateway.awaitLedger(4)).extracting(LedgerRow::how).contains("nonsense");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "-1e300", "null", "NaN"})
    void areNoAnswerWhereANumberIsNone(String number) throws IOException {
        String data = "{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1," + number + "]}";
        upstream.on("bad", visit -> visit.reply(200, "application/json", answer(data)));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/api/embed", ask("whole", "[\"a\",\"b\"]"));
            assertThat(reply.body()).contains("\"embeddings\":[[0.6,0.8],[0.8,0.6]]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999", "1e39", "NaN", "Infinity"})
    void areNoAnswerWhereANumberIsNoneAndTheyWouldPassAsTheyAre(String number) throws IOException {
        String data = "{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1," + number + "]}";
        upstream.on("bad", visit -> visit.reply(200, "application/json", answer(data)));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("whole", "[\"a\",\"b\"]"));
            assertThat(reply.header("x-sluice-provider")).isEqualTo("good");
            assertThat(gateway.awaitLedger(2)).extracting(LedgerRow::how).contains("nonsense");
        }
    }

    /** The third is a NaN, the last one and a half numbers. */
    @ParameterizedTest
    @ValueSource(strings = {"no base64!", "AAAAA", "AADAfw==", "AAAAAAAA"})
    void areNoAnswerWhereTheirBase64IsNone(String broken) throws IOException {
        String data = "{\"index\":0,\"embedding\":\"" + broken + "\"},{\"index\":1,\"embedding\":\"" + broken + "\"}";
        upstream.on("bad", visit -> visit.reply(200, "application/json", answer(data)));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String call = ask("whole", "[\"a\",\"b\"],\"encoding_format\":\"base64\"");
            assertThat(gateway.post("/v1/embeddings", call).header("x-sluice-provider"))
                    .isEqualTo("good");
        }
    }

    @Test
    void comeInTheOrderOfTheTextsWhateverTheirOrderWas() throws IOException {
        String first = "{\"index\":0, \"embedding\":[0.1000000000000000055,1e-300],\"more\":[{}]}";
        String second = "{\"embedding\":[2,2] ,\"index\":1}";
        String third = "{\"object\":\"embedding\",\"index\":2,\"embedding\":[3,3]}";
        String mixed = answer(third + " ,\n" + first + "," + second);
        upstream.on("bad", visit -> visit.reply(200, "application/json", mixed));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("whole", "[\"a\",\"b\",\"c\"]"));
            assertThat(reply.header("x-sluice-provider")).isEqualTo("bad");
            assertThat(reply.body())
                    .isEqualTo(answer(first + " ,\n" + second + "," + third)
                            .replace("\"model\":\"e\"", "\"model\":\"whole\""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[[1,2]]", "[[1,2],[1,2],[1,2]]", "[[1,2],[1]]", "[[1,2],[1,1e300]]", "[[1,2],[1,\"x\"]]", "[]"})
    void areNoAnswerOfAnOllamaServerEither(String vectors) throws IOException {
        upstream.on("ollama", visit -> visit.reply(200, "application/json", "{\"embeddings\":" + vectors + "}"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("native", "[\"a\",\"b\"]"));
            assertThat(reply.header("x-sluice-provider")).isEqualTo("good");
        }
    }

    @Test
    void areNoAnswerToAPart() throws IOException {
        upstream.on(
                "cutting", visit -> visit.reply(200, "application/json", answer("{\"index\":0,\"embedding\":[1,2]}")));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (String path : new String[] {"/v1/embeddings", "/api/embed"}) {
                Reply reply = gateway.post(path, ask("cutting/e", "[\"a\",\"b\",\"c\"]"));
                assertThat(reply.status()).as(reply.body()).isEqualTo(502);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\"", "[\"a\"]", "[1,2,3]", "[[1,2,3]]"})
    void areRightWhereThereIsOneTextHoweverItIsWritten(String input) throws IOException {
        upstream.on("bad", visit -> visit.reply(200, "application/json", answer("{\"embedding\":[1,2]}")));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("whole", input));
            assertThat(reply.header("x-sluice-provider")).isEqualTo("bad");
        }
    }

    /** Some servers give none; then the order is all there is. */
    @Test
    void areRightInTheirOrderWithoutAnyIndex() throws IOException {
        upstream.on(
                "bad",
                visit -> visit.reply(200, "application/json", answer("{\"embedding\":[0,1]},{\"embedding\":[1,0]}")));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/api/embed", ask("whole", "[\"a\",\"b\"]"));
            assertThat(reply.body()).contains("\"embeddings\":[[0,1],[1,0]]");
        }
    }

    @Test
    void areNotAskedForInPartsWhereAFieldCannotBeUnderstood() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            String call = ask("cutting/e", "[\"a\",\"b\",\"c\"]").replace("}", ",\"dimensions\":\"many\"}");
            assertThat(gateway.post("/v1/embeddings", call).status()).isEqualTo(400);
            assertThat(upstream.visits()).isEmpty();
        }
    }

    @Test
    void areAskedForInPartsWhateverAFieldOfAnotherCallIs() throws IOException {
        upstream.on(
                "cutting",
                visit -> visit.reply(200, "application/json", answer("{\"embedding\":[1,2]},{\"embedding\":[1,2]}")),
                visit -> visit.reply(200, "application/json", answer("{\"embedding\":[1,2]}")));
        try (TestGateway gateway =
                TestGateway.start(upstream, SETTINGS.replace("embed-batch: 2", "embed-batch: 2, concurrency: 1"))) {
            String call = ask("cutting/e", "[\"a\",\"b\",\"c\"]").replace("]}", "],\"suffix\":{\"type\":null}}");
            assertThat(gateway.post("/v1/embeddings", call).status()).isEqualTo(200);
            assertThat(upstream.visits()).hasSize(2);
        }
    }
}
