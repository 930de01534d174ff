package dev.sluice.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenEstimateTest {
    @Test
    void takesFourLettersOrOneSyllableForAToken() {
        assertThat(TokenEstimate.of("")).isZero();
        assertThat(TokenEstimate.of("abcde")).isEqualTo(2);
        assertThat(TokenEstimate.of("한국어")).isEqualTo(3);
    }

    @Test
    void countsBytesAsItCountsCharacters() {
        assertThat(TokenEstimate.ofUtf8("abcdefgh".getBytes(UTF_8))).isEqualTo(3);
        assertThat(TokenEstimate.ofUtf8("한국어".getBytes(UTF_8))).isEqualTo(4);
        assertThat(TokenEstimate.upperBound("한국어".getBytes(UTF_8).length)).isEqualTo(9);
    }

    @Test
    void marksAnEstimateAsOne() {
        assertThat(TokenEstimate.usage("abcdefgh".getBytes(UTF_8), 7)).isEqualTo(Usage.estimate(3, 3));
    }
}
