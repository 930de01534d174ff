package dev.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsTest {
    @TempDir
    private Path folder;

    private List<String> rows(String input, String content) throws IOException {
        Files.writeString(folder.resolve("input"), content);
        Job job = Jobs.read(folder, "name: a\nmodel: m\nmax-output-tokens: 50\ninput: {" + input + "}\n");
        List<String> rows = new ArrayList<>();
        try (Rows source = Rows.open(job)) {
            for (Optional<Row> row = source.next(); row.isPresent(); row = source.next()) {
                rows.add(
                        switch (row.get()) {
                            case Row.Good good ->
                                good.number() + "@" + good.line() + " "
                                        + new String(good.call().body(), StandardCharsets.UTF_8);
                            case Row.Bad bad -> bad.number() + "@" + bad.line() + " bad: " + bad.why();
                        });
            }
        }
        return rows;
    }

    @Test
    void ofTwoRowsWithOneIdTheSecondIsBad() throws IOException {
        assertThat(rows("jsonl: input", """
                        {"custom_id":"a","body":{"messages":[]}}
                        {"custom_id":"b","body":{"messages":[]}}
                        {"custom_id":"a","body":{"messages":[]}}
                        """))
                .last()
                .isEqualTo("3@3 bad: has the id 'a' of line 1; give each row its own");
        assertThat(rows("csv: input, template: 'say {{word}}'", "id,word\nx,hi\n,ho\n,he\nx,ha\n"))
                .last()
                .isEqualTo("4@5 bad: has the id 'x' of line 2; give each row its own");
    }

    @Test
    void aBadLineIsTheOnlyOneThatIsBad() throws IOException {
        List<String> rows = rows("jsonl: input", """
                {"messages":[]}

                {"messages":[]
                [1]
                {"prompt":"x"}
                {"messages":[],"model":"other","max_tokens":10,"temperature":0.10}
                """);
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0)).isEqualTo("1@1 {\"model\":\"m\",\"max_tokens\":50,\"messages\":[]}");
        assertThat(rows.get(1)).startsWith("2@3 bad: is not JSON");
        assertThat(rows.get(2)).isEqualTo("3@4 bad: is not a JSON object");
        assertThat(rows.get(3)).isEqualTo("4@5 bad: has no list 'messages'");
        assertThat(rows.get(4))
                .isEqualTo("5@6 {\"messages\":[],\"model\":\"other\",\"max_tokens\":10,\"temperature\":0.10}");
    }

    @Test
    void aLineThatIsTooLongIsReportedAndTheNextOneGoesOn() throws IOException {
        String huge = "{\"messages\":[\"" + "x".repeat(Rows.LONGEST_ROW) + "\"]}\n";
        assertThat(rows("jsonl: input", huge + "{\"messages\":[]}\n"))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("1@1 bad: is longer than"),
                        second -> assertThat(second).startsWith("2@2 {"));
    }

    @Test
    void recordsOfACsvFileFillTheTemplate() throws IOException {
        List<String> rows = rows("csv: input, template: 'About {{ symbol }} in {{market}}'", """
                symbol,market
                AAPL,"NASDAQ, New
                York"
                005930,
                TSLA,NYSE,extra
                "MSFT,NYSE
                """);
        assertThat(rows.get(0)).contains("About AAPL in NASDAQ, New\\nYork");
        assertThat(rows.get(1)).isEqualTo("2@4 bad: has no value for 'market'");
        assertThat(rows.get(2)).isEqualTo("3@5 bad: has 3 fields, and the first line names 2");
        assertThat(rows.get(3)).startsWith("4@6 bad: has a quote that is not closed");
    }

    @Test
    void aTemplateThatAsksForAColumnThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> rows("csv: input, template: 'About {{symbl}}'", "symbol\nAAPL\n"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("input:1: there is no column 'symbl'")
                .hasMessageContaining("did you mean 'symbol'?");
    }

    @Test
    void anInputThatIsNotThereIsToldWithTheJobsFile() throws IOException {
        Job job = Jobs.read(folder, "name: a\nmodel: m\ninput: {jsonl: nowhere.jsonl}\n");
        assertThatThrownBy(() -> Rows.open(job))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("job.yaml")
                .hasMessageContaining("nowhere.jsonl");
    }

    @Test
    void placesInAValueAreNotFilledAgain() {
        assertThat(new Template("{{a}} $1 {{b}}").fill(Map.of("a", "{{b}}", "b", "\\2")))
                .isEqualTo("{{b}} $1 \\2");
    }

    @Test
    void aFileThatIsNotUtf8IsRefusedWithItsLineAndWhatToDo() throws IOException {
        Path file = folder.resolve("korean.csv");
        Files.write(file, "symbol,name\n1,Samsung\n\uc0bc\uc131,x\n".getBytes(Charset.forName("x-windows-949")));
        Job job = Jobs.read(folder, "name: a\nmodel: m\ninput: {csv: korean.csv, template: 'About {{symbol}}'}\n");
        assertThatThrownBy(() -> Survey.of(job))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file + ":3: is not UTF-8")
                .hasMessageContaining("CSV UTF-8");
    }

    @Test
    void aColumnThatIsThereTwiceIsRefused() {
        assertThatThrownBy(() -> rows("csv: input, template: 'About {{symbol}}'", "symbol,,,symbol\n1,,,2\n"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("input:1: there are two columns 'symbol'");
    }
}
