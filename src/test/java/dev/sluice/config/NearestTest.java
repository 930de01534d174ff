package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "deepsek, deepseek",
        "vlm, vllm",
        "kye, key",
        "hsot, host",
        "gold, golden",
        "concurency, concurrency",
        "Asia/Soeul, Asia/Seoul",
        "opnerouter, openrouter"
    })
    void aSlipOfTheHandIsSeenThrough(String word, String meant) {
        assertThat(Nearest.to(word, List.of(meant))).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "a, b",
        "a, ab",
        "x, key",
        "ab, ac",
        "up, of",
        "tei, key",
        "gold, free",
        "big, small",
        "mine, vllm",
        "local, cloud"
    })
    void aShortWordIsNotTakenForAnyOther(String word, String other) {
        assertThat(Nearest.to(word, List.of(other))).isEmpty();
    }

    @Test
    void ofSeveralTheNearestIsMeant() {
        assertThat(Nearest.to("openroter", List.of("openai", "openrouter", "opener")))
                .isEqualTo("openrouter");
    }

    @Test
    void nothingIsMeantWhereThereIsNothing() {
        assertThat(Nearest.to("", List.of("a", ""))).isEmpty();
        assertThat(Nearest.to("word", List.of())).isEmpty();
    }
}
