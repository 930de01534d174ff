package dev.sluice.store.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.alert.Raised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertFileTest {
    @TempDir
    private Path folder;

    private static Raised raised(int number) {
        return new Raised(
                Instant.parse("2026-11-21T12:00:00.123456789Z"),
                "2026-11",
                "overrun",
                "gateway " + number,
                "a \"b\"\nc");
    }

    private List<Raised> told() {
        try (AlertFile file = AlertFile.open(folder)) {
            return file.told();
        }
    }

    @Test
    void whatIsNotedIsThereAfterARestartTheOldestFirst() {
        try (AlertFile file = AlertFile.open(folder)) {
            assertThat(file.told()).isEmpty();
            file.take(raised(1));
            file.take(raised(2));
        }
        try (AlertFile file = AlertFile.open(folder)) {
            assertThat(file.told()).containsExactly(raised(1), raised(2));
            file.take(raised(3));
        }
        assertThat(told()).containsExactly(raised(1), raised(2), raised(3));
    }

    @Test
    void onlyTheNewestThousandAreKept() {
        try (AlertFile file = AlertFile.open(folder)) {
            IntStream.range(0, 1_500).forEach(number -> file.take(raised(number)));
        }
        assertThat(told()).hasSize(1_000).startsWith(raised(500)).endsWith(raised(1_499));
    }

    @Test
    void aDamagedLineCostsThatAlertAndNoOther() throws IOException {
        try (AlertFile file = AlertFile.open(folder)) {
            IntStream.range(0, 3).forEach(number -> file.take(raised(number)));
        }
        Path text = folder.resolve("alerts.jsonl");
        Files.writeString(
                text,
                Files.readString(text).replace("gateway 1\"", "gateway 1") + "{}\n[]\nnull\n{\"at\":7}\n\n{\"at\"");
        assertThat(told()).containsExactly(raised(0), raised(2));
    }

    @Test
    void aFileThatCannotBeReadOrWrittenIsAsGoodAsNone() throws IOException {
        Files.createDirectories(folder.resolve("alerts.jsonl").resolve("in the way"));
        try (AlertFile file = AlertFile.open(folder)) {
            assertThat(file.told()).isEmpty();
            file.take(raised(1));
        }
        assertThat(told()).isEmpty();
    }

    @Test
    void whatComesAfterItIsClosedIsNobodysTrouble() {
        AlertFile file = AlertFile.open(folder);
        file.close();
        file.take(raised(1));
        assertThat(told()).isEmpty();
    }
}
