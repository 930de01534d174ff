package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerContract;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournaledLedgerTest extends LedgerContract {
    @TempDir
    private Path path;

    private Books books;

    @BeforeEach
    void open() throws IOException {
        books = Books.open(path);
    }

    @AfterEach
    void close() throws IOException {
        books.close();
    }

    @Override
    protected Ledger ledger() {
        return books.ledger();
    }

    @Override
    protected List<Attempt> booked() {
        try {
            books.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Books.booked(path);
    }

    @Test
    void anAttemptThatNobodySawEndingIsInDoubtAtItsBound() throws IOException { // L02
        books.intend("lost");
        books.close();
        books = Books.open(path);
        assertThat(books.ledger().recovery().inDoubt()).isEqualTo(1);
        assertThat(booked()).singleElement().satisfies(attempt -> {
            assertThat(attempt.intent()).isEqualTo(Samples.intent("lost"));
            assertThat(attempt.outcome().state()).isEqualTo(Outcome.State.IN_DOUBT);
            assertThat(attempt.outcome().cost()).isEqualTo(new Cost.Priced(new Money(1_000)));
        });
    }

    @Test
    void whatWasSaidBeforeAMarkIsSeenByReportsOnceTheMarkIsArchived() throws IOException {
        books.intend("ended");
        books.ledger().settle(Samples.settled("ended", 5));
        long mark = books.ledger().said();
        TestGateway.await("the mark is archived", () -> books.ledger().hasArchived(mark));
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.spent(Instant.EPOCH, Instant.MAX))
                    .extracting(Spent::settled)
                    .containsExactly(new Money(5));
            assertThat(reports.spentBesides(Instant.EPOCH, Instant.MAX, () -> Set.of("ended")))
                    .extracting(Spent::settled, Spent::tokens, Spent::calls)
                    .containsExactly(tuple(Money.ZERO, 0L, 1L));
        }
    }

    @Test
    void aRecoveryThatIsRepeatedChangesNothing() throws IOException { // L03
        books.intend("lost");
        books.intend("ended");
        books.ledger().settle(Samples.settled("ended", 5));
        books.close();
        for (int round = 0; round < 3; round++) {
            books = Books.open(path);
            assertThat(books.ledger().recovery().inDoubt()).isEqualTo(round == 0 ? 1 : 0);
            books.close();
        }
        assertThat(Books.booked(path)).hasSize(2);
    }

    @Test
    void anAmendmentThatComesBeforeTheEndIsNotLost() throws IOException { // L13
        books.intend("lost");
        for (int round = 0; round < 3; round++) {
            books.ledger().amend(Samples.amendment("lost", "lookup", 5, 700));
            books.close();
            books = Books.open(path);
        }
        books.close();
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.spent(Instant.MIN, Instant.MAX))
                    .extracting(Spent::settled, Spent::inDoubt)
                    .containsExactly(tuple(new Money(700), Money.ZERO));
            assertThat(reports.inDoubt(9)).isEmpty();
        }
        assertThat(Books.column(path, "SELECT state FROM attempt")).containsExactly("IN_DOUBT");
        books = Books.open(path);
    }

    @Test
    void anAmendmentSurvivesInTheJournalWhereTheArchiveNeverSawIt() throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + "-copy");
        books.close();
        books = Books.open(path, Books.SMALL.withCopyPeriod(Duration.ofMinutes(1)), Sync.DATA);
        Books.until("the segment is there", () -> segmentNames().contains("journal-"));
        books.ledger().amend(Samples.amendment("a", "bill", 5, 700));
        books.intend("a"); // Whoever waits for an intent knows that what was given before is on disk too.
        copy(path, copy);
        try (Books again = Books.open(copy)) {
            assertThat(again.ledger().recovery().inDoubt()).isEqualTo(1);
        }
        assertThat(Books.column(copy, "SELECT attempt_id || ' ' || cost FROM amendment"))
                .containsExactly("a 700");
    }

    private String segmentNames() {
        try (Stream<Path> files = Files.list(path.resolve("journal"))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a crash at this moment would leave. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.sorted().toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void afterACleanStopTheNextStartHasNothingToReadAndASegmentReady() throws IOException {
        books.intend("ended");
        books.ledger().settle(Samples.settled("ended", 5));
        books.close();
        assertThat(sizes("journal-")).containsExactly((long) Segment.HEAD);
        assertThat(sizes("spare-")).contains((long) Books.SMALL.segmentBytes());
        books = Books.open(path);
        assertThat(books.intend("next")).isEqualTo("durable");
        assertThat(books.ledger().recovery().damage()).isEmpty();
        books.ledger().settle(Samples.settled("next", 7));
        assertThat(booked()).hasSize(2);
    }

    @Test
    void anArchiveThatIsOlderThanTheCleanStopIsNoticed() throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + "-older");
        books.close();
        copy(path, copy);
        books = Books.open(path);
        books.intend("ended");
        books.ledger().settle(Samples.settled("ended", 5));
        books.close();
        Files.copy(copy.resolve("sluice.db"), path.resolve("sluice.db"), StandardCopyOption.REPLACE_EXISTING);
        assertThatIOException()
                .isThrownBy(() -> Books.open(path))
                .isInstanceOf(DamagedJournalException.class)
                .withMessageContaining("records 1 to 2 cannot be read");
        Files.delete(path.resolve("sluice.db"));
        assertThatIOException().isThrownBy(() -> Books.open(path)).isInstanceOf(DamagedJournalException.class);
        books = Books.open(copy);
    }

    private List<Long> sizes(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(path.resolve("journal"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .map(file -> file.toFile().length())
                    .toList();
        }
    }

    @Test
    void aSecondGatewayIsTurnedAway() { // L11
        assertThatIOException()
                .isThrownBy(() -> Books.open(path))
                .withMessageContaining(
                        "another gateway (process " + ProcessHandle.current().pid() + ") uses the data folder");
        assertThat(books.intend("unharmed")).isEqualTo("durable");
    }

    @Test
    void segmentsAreUsedAgainWhileALongStreamIsOpen() throws IOException {
        books.intend("stream");
        for (int number = 0; number < 30_000; number++) {
            String id = "a" + number;
            books.ledger().record(Samples.intent(id), Samples.settled(id, 1));
            if (number % 5000 == 4999) {
                Books.until(
                        "the journal is written",
                        () -> Books.column(path, "SELECT count(*) FROM attempt")
                                .equals(List.of(Integer.toString(Integer.parseInt(id.substring(1)) + 1))));
            }
        }
        assertThat(segments()).isLessThanOrEqualTo(8);
        books.ledger().settle(Samples.settled("stream", 7));
        books.close();
        books = Books.open(path);
        assertThat(books.ledger().recovery().inDoubt()).isZero();
        books.close();
        assertThat(Books.column(path, "SELECT cost FROM attempt WHERE attempt_id = 'stream'"))
                .containsExactly("7");
        assertThat(Books.column(path, "SELECT sum(cost) FROM attempt")).containsExactly("30007");
        books = Books.open(path);
    }

    @Test
    void aLongStreamThatDiesAfterItsSegmentWasUsedAgainIsInDoubt() throws IOException {
        books.intend("stream");
        for (int number = 0; number < 20_000; number++) {
            String id = "a" + number;
            books.ledger().record(Samples.intent(id), Samples.settled(id, 1));
            if (number % 5000 == 4999) {
                Books.until(
                        "the journal is written",
                        () -> Books.column(path, "SELECT count(*) FROM attempt")
                                .equals(List.of(Integer.toString(Integer.parseInt(id.substring(1)) + 1))));
            }
        }
        books.close();
        books = Books.open(path);
        assertThat(books.ledger().recovery().inDoubt()).isEqualTo(1);
        books.close();
        assertThat(Books.column(path, "SELECT state FROM attempt WHERE attempt_id = 'stream'"))
                .containsExactly("IN_DOUBT");
        books = Books.open(path);
    }

    @Test
    void onlyTheOwnerCanReadTheBooks() throws IOException {
        books.intend("a");
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.filter(found -> !found.equals(path)).toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertThat(mode).as(file.toString()).isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void tooManyOpenAttemptsAreRefusedUntilOneEnds() throws IOException {
        books.close();
        books = Books.open(path, Books.SMALL.withBounds(100, 2, 1000), Sync.DATA);
        books.intend("a");
        books.intend("b");
        assertThat(books.intend("c")).isEqualTo("refused: too many attempts are open");
        books.ledger().settle(Samples.settled("a", 1));
        Books.until("the end is seen", () -> books.intend("d").equals("durable"));
    }

    private int segments() throws IOException {
        try (Stream<Path> files = Files.list(path.resolve("journal"))) {
            return Math.toIntExact(files.count());
        }
    }
}
