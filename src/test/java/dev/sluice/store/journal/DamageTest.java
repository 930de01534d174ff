package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
    private static final int INTENTS = 5;

    @TempDir
    private Path temporary;

    private Path crashed;

    /** The files as a process leaves them that dies after five batches and before the archive has any of them. */
    @BeforeEach
    void crash() throws IOException {
        Path running = temporary.resolve("running");
        crashed = temporary.resolve("crashed");
        try (Books books = Books.open(running, Books.SMALL.withCopyPeriod(Duration.ofHours(1)), Sync.DATA)) {
            for (int number = 1; number <= INTENTS; number++) {
                assertThat(books.intend("a" + number)).isEqualTo("durable");
            }
            Files.createDirectories(crashed.resolve("journal"));
            try (Stream<Path> files = Files.list(running.resolve("journal"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, crashed.resolve("journal").resolve(file.getFileName()));
                }
            }
        }
    }

    @Test
    void aTornTailIsTheEnd() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        int last = offset(bytes, INTENTS);
        Arrays.fill(bytes, last + 30, last + 60, (byte) 0);
        Files.write(segment(), bytes);
        try (Books books = Books.open(crashed)) {
            assertThat(books.ledger().recovery().inDoubt()).isEqualTo(INTENTS - 1);
            assertThat(books.ledger().recovery().damage()).isEmpty();
            assertThat(books.intend("next")).isEqualTo("durable");
        }
    }

    @Test
    void aFlippedByteIsNamedAndNothingIsSummedSilently() throws IOException { // L10
        flip(3);
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> Books.open(crashed))
                .withMessageContaining(segment().toString())
                .withMessageContaining("records 3 to 3 cannot be read");
        assertThat(Books.column(crashed, "SELECT position FROM journal")).containsExactly("0");
    }

    @Test
    void salvagingKeepsWhatCanBeReadAndSaysWhatCannot() throws IOException { // L10
        flip(3);
        try (Books books = Books.open(crashed, Books.SMALL.salvaging(), Sync.DATA)) {
            assertThat(books.ledger().recovery().inDoubt()).isEqualTo(INTENTS - 1);
            assertThat(books.ledger().recovery().damage())
                    .singleElement()
                    .asString()
                    .contains("records 3 to 3");
        }
        assertThat(Books.column(crashed, "SELECT attempt_id FROM attempt ORDER BY 1"))
                .containsExactly("a1", "a2", "a4", "a5");
    }

    @Test
    void aDamagedHeadIsNamed() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        bytes[9] ^= 1;
        Files.write(segment(), bytes);
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> Books.open(crashed))
                .withMessageContaining("its first 64 bytes");
    }

    @Test
    void aTailThatTheArchiveKnowsOfIsMissed() throws IOException {
        archiveUpTo(INTENTS + 2);
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> Books.open(crashed))
                .withMessageContaining("records 6 to 7");
    }

    @Test
    void aLostDatabaseIsNoticed() throws IOException {
        Path moved = segment()
                .resolveSibling(
                        segment().getFileName().toString().replace("0000000000000000001-", "0000000000000000009-"));
        Files.move(segment(), moved);
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> Books.open(crashed))
                .withMessageContaining("records 1 to 8");
    }

    @Test
    void whatWasRefusedWhenTheDiskFailedDoesNotCount() throws IOException {
        // The next segment begins at 4: what the old one holds from there on had been refused.
        Path next = segment().resolveSibling("journal-0000000000000000004-000002");
        Files.write(next, Segment.head(4).array());
        try (Books books = Books.open(crashed)) {
            assertThat(books.ledger().recovery().inDoubt()).isEqualTo(3);
        }
    }

    private void archiveUpTo(long position) throws IOException {
        try (DataFolder folder = DataFolder.lock(crashed);
                SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(), List.of(), position);
        }
    }

    private void flip(int record) throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        bytes[offset(bytes, record) + 40] ^= 1;
        Files.write(segment(), bytes);
    }

    private static int offset(byte[] bytes, int record) {
        int at = Segment.HEAD;
        for (int number = 1; number < record; number++) {
            at += Frame.read(ByteBuffer.wrap(bytes), at).orElseThrow().size();
        }
        return at;
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(crashed.resolve("journal"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("journal-"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }
}
