package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget's cheaper way must lead somewhere, which is seen at the start and not when the money is short. */
class CheaperSettingsTest {
    private static final Environment NOTHING = new Environment(Map.of());

    @TempDir
    private Path folder;

    private static Settings read(String text) {
        return SettingsReader.read("my.yaml", SettingsFile.parse("my.yaml", text, NOTHING::get), NOTHING);
    }

    private static String cheaper(String providers, String route) {
        return "providers: {" + providers + "}\nmodels: {small: deepseek/deepseek-flash}\nbudgets:\n"
                + "  - {scope: gateway, amount: 1, period: day, limit: soft, cheaper: '" + route + "'}\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            smal                    | ; did you mean 'small'?
            deepsek/deepseek-flash  | ; did you mean 'deepseek/deepseek-flash'?
            deepseek-flsh           | ; did you mean 'deepseek-flash'?
            of-another-world        | .
            nobody/of-another-world | .
            """)
    void aCheaperWayThatNobodyAnswersIsRefused(String route, String hint) {
        assertThatThrownBy(() -> read(cheaper("deepseek: {key: k}", route)))
                .hasMessage("my.yaml:4: budgets[0].cheaper: nobody here answers '" + route
                        + "'. Write a name under 'models' or provider/model" + hint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deepseek: {key: k}             | small
            deepseek: {key: k}             | SMALL:latest
            deepseek: {key: k}             | deepseek/of-tomorrow
            deepseek: {key: k}             | deepseek-flash
            deepseek: {}                   | deepseek/of-tomorrow
            deepseek: {}                   | deepseek-flash
            deepseek: {key: k}, ollama: {} | what-ollama-may-have
            deepseek: {key: k}, vllm: {}   | org/what-vllm-may-list
            deepseek: {key: k}, sandbox: {}| whatever
            """)
    void aCheaperWayThatSomebodyMayAnswerIsTaken(String providers, String route) {
        assertThatCode(() -> read(cheaper(providers, route))).doesNotThrowAnyException();
    }

    @Test
    void aCheaperWayMayBeAModelOfOnesOwnPriceFile() throws IOException {
        Path prices =
                Files.writeString(folder.resolve("p.csv"), "provider,model,input,output\ndeepseek,of-tomorrow,1,2\n");
        assertThatCode(() -> read(cheaper("deepseek: {key: k}", "of-tomorrow") + "prices: " + prices + "\n"))
                .doesNotThrowAnyException();
    }
}
