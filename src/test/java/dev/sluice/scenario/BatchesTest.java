package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Reply;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Embedding calls of more texts than a server takes at once. */
class BatchesTest {
    private static final Pattern TEXT = Pattern.compile("\"t(\\d+)\"");
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              tei: {url: $UP/tei}
              ollama: {url: $UP/ollama}
              small: {kind: openai-compatible, url: $UP/small, embed-batch: 3}
            models:
              e: tei/e
              native: ollama/e
              small: small/e
            """;

    /** As text-embeddings-inference: 32 texts at most; text number i has the vector (i, 1), and each is two tokens. */
    private static final Script TEI = visit -> {
        List<Integer> texts = TEXT.matcher(visit.request().text())
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
        if (texts.size() > 32) {
            Scripts.status(422, "batch size " + texts.size() + " > maximum allowed batch size 32")
                    .play(visit);
            return;
        }
        String data = IntStream.range(0, texts.size())
                .mapToObj(
                        at -> "{\"object\":\"embedding\",\"index\":" + at + ",\"embedding\":[" + texts.get(at) + ",1]}")
                .collect(Collectors.joining(","));
        int tokens = 2 * texts.size();
        visit.reply(
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[" + data + "],\"model\":\"e\",\"usage\":{\"prompt_tokens\":" + tokens
                        + ",\"total_tokens\":" + tokens + "}}");
    };

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().on("tei", TEI).on("small", TEI);

    private static String ask(String model, int texts) {
        return "{\"model\":\"" + model + "\",\"input\": [ "
                + IntStream.range(0, texts).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(" , "))
                + " ],\"encoding_format\":\"float\"}";
    }

    private static List<Integer> sizes(List<dev.sluice.testing.Visit> visits) {
        return visits.stream()
                .map(visit ->
                        (int) TEXT.matcher(visit.request().text()).results().count())
                .sorted()
                .toList();
    }

    @Test
    void areSplitForAnOpenAiClientAndAnsweredAsOneInOrder() throws IOException { // check 49
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("e", 100));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(sizes(upstream.visits())).containsExactly(4, 32, 32, 32);
            for (int i : new int[] {0, 1, 31, 32, 63, 64, 95, 96, 99}) {
                assertThat(reply.body())
                        .containsPattern("\"index\":" + i + ",\"embedding\":\\[" + i + "(\\.0)?,1(\\.0)?]");
            }
            assertThat(reply.body()).contains("\"prompt_tokens\":200").contains("\"model\":\"e\"");
            assertThat(reply.body().split("\"index\"", -1)).hasSize(101);
            assertThat(gateway.awaitLedger(4)).allMatch(LedgerRow::settled);
        }
    }

    @Test
    void areSplitForAnOllamaClientToo() throws IOException { // check 49
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/api/embed", ask("e", 100));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(sizes(upstream.visits())).containsExactly(4, 32, 32, 32);
            assertThat(reply.body()).contains("\"embeddings\":[[0,1],[0.70710677,0.70710677],");
            assertThat(reply.body()).contains("\"prompt_eval_count\":200");
            assertThat(reply.body().split("],\\[", -1)).hasSize(100);
        }
    }

    @ParameterizedTest
    @CsvSource({"e, 32, 1", "e, 33, 2", "small, 3, 1", "small, 4, 2", "small, 7, 3"})
    void areSplitOnlyWhereTheyMust(String model, int texts, int calls) throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.post("/v1/embeddings", ask(model, texts)).status())
                    .isEqualTo(200);
            assertThat(upstream.visits()).hasSize(calls);
        }
    }

    @Test
    void failTogetherWhereOneFailsForGood() throws IOException {
        upstream.on("tei", TEI, Scripts.status(400, "no such text"));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            Reply reply = gateway.post("/v1/embeddings", ask("e", 100));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("no such text");
            TestGateway.await("nothing runs", () -> gateway.running() == 0);
        }
    }

    @Test
    void tokenNumbersAreOneInput() throws IOException { // check 98
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            upstream.on("small", Scripts.status(400, "asked"));
            assertThat(gateway.post("/v1/embeddings", "{\"model\":\"small\",\"input\":[1,2,3,4,5,6,7,8,9]}")
                            .body())
                    .contains("asked");
            assertThat(upstream.visits()).hasSize(1);
            assertThat(upstream.last().request().text()).contains("[1,2,3,4,5,6,7,8,9]");
        }
    }
}
