package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.ModelName.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {

    @ParameterizedTest
    @CsvSource({ // check 55
        "gpt-oss:20b-cloud, gpt-oss:20b, CLOUD",
        "gpt-oss:20b:cloud, gpt-oss:20b, CLOUD",
        "gpt-oss:cloud,     gpt-oss,     CLOUD",
        "my-cloud-model,    my-cloud-model, UNSAID",
        "my-cloud,          my-cloud,    UNSAID",
        "a:local,           a,           LOCAL",
        "a:cloud:local,     a,           CONFLICT",
    })
    void readsTheMarkAtTheEndAsOllamaDoes(String written, String bare, Source source) {
        ModelName name = ModelName.of(written);
        assertThat(name.bare()).isEqualTo(bare);
        assertThat(name.source()).isEqualTo(source);
    }

    @Test
    void comparesWithoutRegardToCaseAndTheTagLatest() { // check 40
        assertThat(ModelName.of("Tiny-Chat:LATEST").key())
                .isEqualTo(ModelName.of("tiny-chat").key());
    }
}
