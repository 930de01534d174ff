package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsFile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has a name of its own needs one, and a name is that of one. */
class NameSettingsTest {
    private static final Environment NOTHING = new Environment(Map.of());

    private static Settings read(String text) {
        return SettingsReader.read("my.yaml", SettingsFile.parse("my.yaml", text, NOTHING::get), NOTHING);
    }

    @Test
    void oneNameForTwoKeysIsRefused() {
        assertThatThrownBy(() ->
                        read("keys:\n  - {name: a, key: one}\n  - {name: b, key: two}\n  - name: a\n    key: three\n"))
                .hasMessage(
                        "my.yaml:4: keys[2].name: there is another key 'a'; give each a name of its own, because logs,"
                                + " reports and budgets go by it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            models: {A: deepseek/x, a: deepseek/y}              | models.a: is the same model as 'A'
            models: {a: deepseek/x, 'a:latest': deepseek/y}     | models.a:latest: is the same model as 'a'
            models: {a: deepseek/x, 'a:cloud': deepseek/y}      | models.a:cloud: is the same model as 'a'
            model-map: {'A:7b': x, 'a:7B': y}                   | model-map.a:7B: is the same model as 'A:7b'
            """)
    void twoNamesOfOneModelAreRefusedLikeAKeyWrittenTwice(String line, String reason) {
        assertThatThrownBy(() -> read("providers: {deepseek: {}}\n" + line))
                .hasMessage("my.yaml:2: " + reason
                        + ", for case, ':latest' and a mark such as ':cloud' make no other; keep one of them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a:cloud': ollama/tiny",
                "'a-b:7b-cloud': ollama/tiny",
                "'a:local': deepseek/x",
                "'a:local:cloud': deepseek/x"
            })
    void aNameWhoseMarkLeadsElsewhereIsRefused(String model) {
        assertThatThrownBy(() -> read("providers: {deepseek: {}, ollama: {}}\nmodels:\n  " + model))
                .hasMessageMatching("my.yaml:3: models\\.a.*: is never asked here: .*; take the mark out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a:cloud': deepseek/x", "'a:cloud': [deepseek/x, ollama/tiny]", "'a:cloud': openai/x"})
    void aNameWithACloudMarkMayHaveAChainInTheCloud(String model) {
        assertThatCode(() -> read("providers: {deepseek: {key: k}, openai: {}, ollama: {}}\nmodels:\n  " + model))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            models: {'': deepseek/x}                           | models.'': a model needs a name that clients can ask for
            models: {'  ': deepseek/x}                         | models.'  ': a model needs a name that clients can ask for
            more: {'': {kind: vllm}}                           | providers.'': a provider's name is lower-case letters, digits, dots and dashes
            tiers: {' ': {}}                                   | tiers.' ': a tier's name is lower-case letters, digits, dots and dashes
            keys: [{name: '', key: k}]                         | keys[0].name: must not be blank
            keys: [{name: '  ', key: k}]                       | keys[0].name: must not be blank
            budgets: [{scope: tenant/, amount: 1, period: day}]        | budgets[0].scope: the scope 'tenant' needs a name, such as tenant/acme, or tenant/* for each
            budgets: [{scope: 'tenant/ ', amount: 1, period: day}]     | budgets[0].scope: the scope 'tenant' needs a name, such as tenant/acme, or tenant/* for each
            """)
    void aNameOfNothingIsRefused(String line, String reason) {
        String providers =
                line.startsWith("more") ? line.replace("more", "providers") : line + "\nproviders: {deepseek: {}}";
        assertThatThrownBy(() -> read("listen: {loops: 1}\n" + providers)).hasMessage("my.yaml:2: " + reason);
    }
}
