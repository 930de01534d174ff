package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("KEY", "s3cret");

    private static Section parse(String text) {
        return SettingsFile.parse("my.yaml", text, name -> Optional.ofNullable(ENVIRONMENT.get(name)));
    }

    @Test
    void refusesAnUnknownKeyWithItsLineAndPathAndTheNearestRightName() {
        Section root = parse("""
                providers:
                  deepseek:
                    kye: abc
                """);
        Section deepseek = root.section("providers").section("deepseek");
        deepseek.text("key");
        deepseek.text("url");
        assertThatThrownBy(root::close)
                .hasMessage("my.yaml:3: providers.deepseek.kye: is not a setting; did you mean 'key'?");
    }

    @Test
    void fillsInTheEnvironmentAndItsDefaults() {
        Section root = parse("a: ${KEY}\nb: x-${NOT_SET:-y}\n");
        assertThat(root.text("a")).contains("s3cret");
        assertThat(root.text("b")).contains("x-y");
    }

    @Test
    void saysWhichVariableIsNotSet() {
        assertThatThrownBy(() -> parse("a: 1\nb: ${NOT_SET}\n"))
                .hasMessageStartingWith("my.yaml:2: b: the environment variable NOT_SET is not set");
    }

    @Test
    void readsDurationsAndSizes() {
        Section root = parse("a: 1.5s\nb: 64KiB\nc: 2m\n");
        assertThat(root.duration("a", Duration.ZERO)).isEqualTo(Duration.ofMillis(1500));
        assertThat(root.size("b", 0)).isEqualTo(65536);
        assertThat(root.duration("c", Duration.ZERO)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void saysWhatADurationLooksLike() {
        assertThatThrownBy(() -> parse("a: soon\n").duration("a", Duration.ZERO))
                .hasMessage("my.yaml:1: a: must be a duration such as 500ms, 5s, 2m, 1h or 7d, not 'soon'");
    }

    @Test
    void refusesAKeyThatIsWrittenTwice() {
        assertThatThrownBy(() -> parse("a: 1\na: 2\n")).hasMessageContaining("my.yaml:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1\n---\nb: 2\n", "# none\n---\n---\nb: 2\n", "a: 1\n...\n---\nb: 2\n"})
    void refusesASecondDocumentWhichNobodyWouldRead(String text) {
        assertThatThrownBy(() -> parse(text))
                .hasMessage("my.yaml:" + text.lines().count() + ": stands behind a '---', in a second document;"
                        + " settings are one document, so take the mark out");
    }

    @Test
    void refusesAMarkAtTheEndToo() {
        assertThatThrownBy(() -> parse("a: 1\n---\n")).hasMessageContaining("in a second document");
    }

    @Test
    void takesAMarkBeforeAndOneBehindTheOnlyDocument() {
        assertThat(parse("---\na: 1\n...\n").names()).containsExactly("a");
    }

    @Test
    void refusesWhatIsNotYamlWithItsLine() {
        assertThatThrownBy(() -> parse("a: 1\nb: [1, 2\n"))
                .hasMessageStartingWith("my.yaml:")
                .hasMessageContaining("YAML");
    }

    @Test
    void saysWhatItHadExpectedInsteadOfTheMistakeAndNothingOfWhatStandsThere() {
        assertThatThrownBy(() -> parse("providers: {deepseek: {key: s3cret\nmodels: x"))
                .hasMessage("my.yaml:2: is not YAML: while parsing a flow mapping, expected ',' or '}', but got :");
    }

    @Test
    void takesAnEmptyFileForNoSettings() {
        assertThat(parse("").names()).isEmpty();
        assertThat(parse("# nothing\n").names()).isEmpty();
    }
}
