package dev.sluice.dialect.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {
    private static List<CsvRecord> read(String text) throws IOException {
        CsvRecords records = new CsvRecords(new StringReader(text), 20);
        List<CsvRecord> all = new ArrayList<>();
        for (Optional<CsvRecord> found = records.read(); found.isPresent(); found = records.read()) {
            all.add(found.get());
        }
        return all;
    }

    private static CsvRecord record(int line, String... fields) {
        return new CsvRecord(line, List.of(fields), "");
    }

    @Test
    void aQuotedFieldMayHoldCommasQuotesAndLineEnds() throws IOException {
        assertThat(read("\uFEFFa,b\r\n\"1, \"\"2\"\"\r\n3\" , 4 \r\n,\r\n"))
                .containsExactly(record(1, "a", "b"), record(2, "1, \"2\"\r\n3", "4"), record(4, "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n\n  \nb", "a\r\n\r\n  \r\nb\r\n", "a\r\r  \rb\r"})
    void blankLinesAreLeftOutAndCounted(String text) throws IOException {
        assertThat(read(text)).containsExactly(record(1, "a"), record(4, "b"));
    }

    @Test
    void anEmptyFieldInQuotesIsARecord() throws IOException {
        assertThat(read("\"\"\n")).containsExactly(record(1, ""));
    }

    @Test
    void aBadRecordIsTheOnlyOneThatIsBad() throws IOException {
        assertThat(read("\"a\"b\n\"\"c\nd\"e\"\n" + "x".repeat(21) + "\nf\n\"g\nh\n"))
                .extracting(CsvRecord::line, CsvRecord::problem)
                .containsExactly(
                        tuple(1, "has a quote in the middle of a field"),
                        tuple(2, "has a quote in the middle of a field"),
                        tuple(3, "has a quote in the middle of a field"),
                        tuple(4, "is longer than 20 characters"),
                        tuple(5, ""),
                        tuple(6, "has a quote that is not closed"));
    }

    @Test
    void aTextMayHoldCommentsWhateverIsInThem() {
        assertThat(CsvRecords.parse("# a \"comment\", long\na,#b\n#\n")).containsExactly(record(2, "a", "#b"));
    }

    @Test
    void aTextWithAProblemIsRefusedWithItsLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CsvRecords.parse("a\n\nb\"\n"))
                .withMessage("line 3: has a quote in the middle of a field");
    }
}
