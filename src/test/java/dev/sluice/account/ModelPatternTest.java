package dev.sluice.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPatternTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-oss:20b, gpt-oss:20b, true",
        "gpt-oss:20b, GPT-OSS:20B, true",
        "qwen3, qwen3:latest, true",
        "qwen3:latest, qwen3, true",
        "qwen3, qwen3:8b, false",
        "qwen3*, qwen3:8b, true",
        "deepseek/*, deepseek/deepseek-flash, true",
        "deepseek/*, openrouter/deepseek/x, false",
        "*flash, deepseek-flash, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "*, anything, true",
        "m.x, mox, false",
        "m, '', false",
    })
    void aStarStandsForAnyCharacters(String pattern, String model, boolean matches) {
        assertThat(ModelPattern.matches(pattern, model)).isEqualTo(matches);
    }

    @org.junit.jupiter.api.Test
    void manyStarsDoNotTakeForEver() {
        assertThat(ModelPattern.matches("*a".repeat(100) + "b", "a".repeat(10_000)))
                .isFalse();
    }
}
