package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortionsTest {
    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<byte[]> bodies) {
        return bodies.stream()
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> batches(String body, int most) {
        return texts(Portions.batches(bytes(body), most));
    }

    @Test
    void cutsAListOfTextsAndLeavesAllElseAsItCame() { // check 49
        assertThat(batches("{ \"user\":\"\uc548\", \"input\" : [ \"a\" , \"\\\"],\" ,\"\u00fc\" ], \"x\":[1] }", 2))
                .containsExactly(
                        "{ \"user\":\"\uc548\", \"input\" : [ \"a\" , \"\\\"],\" ], \"x\":[1] }",
                        "{ \"user\":\"\uc548\", \"input\" : [ \"\u00fc\" ], \"x\":[1] }");
    }

    @Test
    void cutsAListOfTokenLists() { // check 98
        assertThat(batches("{\"input\":[[1,2],[3],[4,5]]}", 1))
                .containsExactly("{\"input\":[[1,2]]}", "{\"input\":[[3]]}", "{\"input\":[[4,5]]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input\":\"one text\"}",
                "{\"input\":[1,2,3,4]}",
                "{\"input\":[]}",
                "{\"input\":[\"a\"]}",
                "{\"other\":[\"a\",\"b\"],\"deep\":{\"input\":[\"a\",\"b\"]}}",
            })
    void leavesWhatCannotBeCut(String body) {
        assertThat(batches(body, 1)).containsExactly(body);
    }

    @Test
    void asksForOneAnswerAtATimeWithSeedsThatCountUp() { // check 86
        assertThat(texts(Portions.singles(bytes("{\"n\":3,\"seed\":9,\"x\":1}"), 3)))
                .containsExactly(
                        "{\"n\":1,\"seed\":9,\"x\":1}",
                        "{\"n\":1,\"seed\":10,\"x\":1}",
                        "{\"n\":1,\"seed\":11,\"x\":1}");
        assertThat(texts(Portions.singles(bytes("{\"seed\":99,\"n\": 12}"), 2)))
                .containsExactly("{\"seed\":99,\"n\": 1}", "{\"seed\":100,\"n\": 1}");
        assertThat(texts(Portions.singles(bytes("{\"seed\":null,\"n\":2.0}"), 2)))
                .containsExactly("{\"seed\":null,\"n\":1}", "{\"seed\":null,\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "0.0, true", "1e-6, true", "0.01, false", "1, false", "null, false"})
    void knowsAGreedyCall(String temperature, boolean greedy) {
        assertThat(Portions.isGreedy(bytes("{\"a\":{\"temperature\":0.5},\"temperature\":" + temperature + "}")))
                .isEqualTo(greedy);
    }

    @Test
    void takesNoTemperatureForNotGreedy() {
        assertThat(Portions.isGreedy(bytes("{\"a\":{\"temperature\":0}}"))).isFalse();
    }
}
