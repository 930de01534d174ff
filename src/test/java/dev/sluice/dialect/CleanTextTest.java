package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

class CleanTextTest {
    private static final String INSTEAD = "no reason";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-abcdefgh1234",
                "sk-or-v1-0123456789abcdef",
                "ghp_abcdef123456",
                "hf_abcdefghij",
                "Bearer abc.def~123",
                "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOpQrStUvWx",
                "0123456789abcdef0123456789abcdef01234567"
            })
    void hidesKeys(String key) {
        assertThat(CleanText.of("the key " + key + " is wrong", INSTEAD)).isEqualTo("the key *** is wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://10.1.2.3/v1?x=1",
                "10.1.2.3:443",
                "10.1.2.3",
                "localhost:8000",
                "my_vllm.default.svc:8000",
                "[::1]:11434",
                "[fe80::1:2]"
            })
    void hidesAddresses(String address) {
        assertThat(CleanText.of("dial " + address + " failed", INSTEAD)).isEqualTo("dial [address] failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "messages[0].content must be a string",
                "model llama3.3:70b-instruct is not there",
                "mcp__a_server_with_a_long_name__a_tool_with_a_longer_name is no tool",
                "Llama-3.3-70B-Instruct-Turbo-Free is busy",
                "request 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0 of req_011CSHoEeqs5C35K2UUqFy7R",
                "prompt is 2049 tokens, at most 2048 fit"
            })
    void leavesWhatAClientNeeds(String words) {
        assertThat(CleanText.of(words, INSTEAD)).isEqualTo(words);
    }

    @Test
    void showsNeitherPagesNorDumpsNorNothing() {
        assertThat(CleanText.of("<html><body>nginx</body></html>", INSTEAD)).isEqualTo(INSTEAD);
        assertThat(CleanText.of(" \n", INSTEAD)).isEqualTo(INSTEAD);
        assertThat(CleanText.of("1 validation error:\n  {'type': 'list_type', 'input': 'x'}", INSTEAD))
                .isEqualTo(INSTEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[{\"a\":", "{\"a\":\"b"})
    void saysWhatIsMissingOfJsonAndNothingOfItsReader(String cut) {
        assertThatExceptionOfType(JacksonException.class)
                .isThrownBy(() -> readAll(cut))
                .satisfies(broken -> assertThat(CleanText.ofJson(broken))
                        .startsWith("Unexpected end-of-input")
                        .doesNotContain("Source", "REDACTED", "StreamReadFeature"));
    }

    private static void readAll(String text) {
        try (JsonParser parser = Json.parser(text.getBytes(StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                parser.getString();
            }
        }
    }

    @Test
    void boundsTheTextAndKeepsItWritable() {
        String end = CleanText.of("\ud83d\ude00".repeat(5_000), INSTEAD);
        assertThat(end).hasSizeLessThanOrEqualTo(1_000).endsWith("…");
        assertThat(new String(end.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(end);
        assertThat(CleanText.of("half \ud83d a smiley\u0007", INSTEAD)).isEqualTo("half \ufffd a smiley");
    }

    @Test
    void isQuickAboutAwkwardWords() {
        String awkward = "a-".repeat(4_000) + "[".repeat(2_000) + "a.".repeat(4_000);
        assertThat(CleanText.of(awkward, INSTEAD)).hasSizeLessThanOrEqualTo(1_000);
    }
}
