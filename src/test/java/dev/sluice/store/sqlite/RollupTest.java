package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.Stretch;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.SpendingSum;
import dev.sluice.ledger.book.SpentSum;
import dev.sluice.ledger.report.Reports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sums say is what the rows say, in any zone, whatever came in which order and how often. */
class RollupTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 10, 30);
    private static final LocalDate LAST = LocalDate.of(2026, 11, 3);

    @TempDir
    private Path path;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theSumsSayWhatTheRowsSay(long seed) throws IOException { // L13, L19, L21
        RandomBook book = new RandomBook(seed);
        book.write(path);
        try (SqliteReports reports = SqliteReports.open(path)) {
            for (String zone : List.of("UTC", "Asia/Seoul", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")) {
                for (Stretch.Unit unit : Stretch.Unit.values()) {
                    List<Stretch> stretches = Stretch.cut(unit, FIRST, LAST, ZoneId.of(zone));
                    assertThat(reports.over(stretches))
                            .as(zone)
                            .containsExactlyElementsOf(stretches.stream()
                                    .map(stretch -> book.sum(stretch.name(), book.within(stretch.from(), stretch.to())))
                                    .toList());
                }
            }
            assertThat(reports.by(Reports.By.RUN, Instant.MIN, Instant.MAX))
                    .containsExactlyInAnyOrder(book.run(""), book.run("run0"), book.run("run1"));
            assertThat(reports.spent(Instant.MIN, Instant.MAX)).containsExactlyInAnyOrderElementsOf(book.spent());
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {}).wrong()).isEmpty();
    }

    @Test
    void twoHundredThousandAttemptsAddUpToTheNanoDollar() throws IOException { // L19
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            LedgerBench.fill(archive, 200_000, 7);
        }
        try (SqliteReports reports = SqliteReports.open(path)) {
            Instant from = Instant.parse("2026-03-01T15:00:00Z");
            Instant to = Instant.parse("2026-04-01T14:30:00Z");
            SpentSum full = new SpentSum();
            SpendingSum all = new SpendingSum();
            reports.rows(from, to, (attempt, standing) -> {
                full.add(Cell.of(attempt, standing), Figures.of(attempt, standing));
                all.add(Cell.of(attempt, standing), Figures.of(attempt, standing));
            });
            assertThat(reports.total(from, to)).isEqualTo(all.line("all"));
            assertThat(all.line("all").attempts()).isGreaterThan(15_000);
            List<Spent> lines = reports.spent(from, to);
            assertThat(lines).containsExactlyInAnyOrderElementsOf(full.lines());
        }
    }

    @Test
    void whatIsForgottenStaysInTheSums() throws IOException {
        RandomBook book = new RandomBook(5);
        book.write(path);
        List<Spending> before = days(ZoneId.of("Asia/Seoul"));
        Instant mark = Instant.parse("2026-11-01T00:00:00Z");
        forgetAndReplay(mark, book);
        assertThat(days(ZoneId.of("Asia/Seoul"))).isEqualTo(before);
        assertThat(days(ZoneId.of("Asia/Kolkata")).stream()
                        .mapToLong(line -> line.cost().nanos())
                        .sum())
                .as("half-hour days still add up")
                .isEqualTo(cost(book));
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.inDoubt(999))
                    .isNotEmpty()
                    .allSatisfy(attempt ->
                            assertThat(book.standing(attempt).state()).isEqualTo(Outcome.State.IN_DOUBT));
            assertThat(reports.inDoubt(999).stream()
                            .filter(attempt -> attempt.intent().at().isBefore(mark)))
                    .isNotEmpty();
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {})).satisfies(audit -> {
            assertThat(audit.wrong()).isEmpty();
            assertThat(audit.attempts()).isLessThan(400);
        });
    }

    /** A replay of the journal brings everything again, and changes nothing. */
    private void forgetAndReplay(Instant mark, RandomBook book) throws IOException {
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            int removed = archive.forget(mark, 50);
            assertThat(removed).isEqualTo(50);
            while (removed == 50) {
                removed = archive.forget(mark, 50);
            }
            assertThat(book.writeAgain(archive)).isZero();
        }
    }

    /** Of all that those days may have in any zone. */
    private static long cost(RandomBook book) {
        Instant from = FIRST.atStartOfDay(ZoneOffset.UTC).minusHours(6).toInstant();
        Instant to = LAST.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant();
        return book.sum("", book.within(from, to)).cost().nanos();
    }

    private List<Spending> days(ZoneId zone) throws IOException {
        try (SqliteReports reports = SqliteReports.open(path)) {
            return reports.byDay(FIRST.minusDays(1), LAST.plusDays(1), zone);
        }
    }
}
