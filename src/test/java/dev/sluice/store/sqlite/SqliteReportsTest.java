package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome.State;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.report.Reports;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReportsTest {
    /** Monday evening in UTC is Tuesday in Seoul. */
    private static final Instant EVENING = Instant.parse("2026-11-16T20:00:00Z");

    @TempDir
    private Path path;

    private DataFolder folder;
    private SqliteReports reports;

    @BeforeEach
    void book() throws IOException {
        folder = DataFolder.lock(path);
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(
                    List.of(
                            attempt("a", Samples.NOON, "deepseek", State.SETTLED, Usage.of(10, 1), priced(100)),
                            attempt("b", EVENING, "deepseek", State.SETTLED, Usage.estimate(20, 2), priced(30)),
                            attempt("c", EVENING, "openai", State.SETTLED, Usage.of(5, 5), new Cost.Unpriced()),
                            attempt("d", EVENING, "openai", State.IN_DOUBT, Usage.of(0, 0), priced(1000)),
                            attempt("e", EVENING, "openai", State.VOIDED, Usage.of(0, 0), priced(7)),
                            attempt("f", EVENING, "vllm", State.SETTLED, Usage.of(1, 1), new Cost.Free())),
                    List.of(),
                    12);
        }
        reports = SqliteReports.open(folder);
    }

    @AfterEach
    void close() throws IOException {
        reports.close();
        folder.close();
    }

    @Test
    void theTotalKeepsWhatIsKnownApartFromWhatIsNot() { // check 156
        assertThat(reports.total(Instant.MIN, Instant.MAX))
                .isEqualTo(new Spending(
                        "all",
                        6,
                        6,
                        4,
                        1,
                        1,
                        1,
                        0,
                        new Money(130),
                        new Money(30),
                        Money.ZERO,
                        new Money(1000),
                        36,
                        0,
                        0,
                        9,
                        new Spending.Saved(Money.ZERO, Money.ZERO, Money.ZERO, 0)));
    }

    @Test
    void anUnpricedAttemptIsCountedAndNotFree() { // check 151
        Spending openAi = reports.by(Reports.By.PROVIDER, Instant.MIN, Instant.MAX).stream()
                .filter(line -> line.name().equals("openai"))
                .findFirst()
                .orElseThrow();
        assertThat(openAi.unpriced()).isEqualTo(1);
        assertThat(openAi.reserved()).isEqualTo(new Money(1000));
    }

    @Test
    void everyBreakdownAddsUpToTheTotal() { // L21
        for (Reports.By what : Reports.By.values()) {
            List<Spending> lines = reports.by(what, Instant.MIN, Instant.MAX);
            assertThat(lines.stream().mapToLong(line -> line.cost().nanos()).sum())
                    .as(what.name())
                    .isEqualTo(130);
            assertThat(lines.stream().mapToLong(Spending::attempts).sum()).isEqualTo(6);
        }
        assertThat(reports.by(Reports.By.PROVIDER, Instant.MIN, Instant.MAX)
                        .getFirst()
                        .name())
                .isEqualTo("deepseek");
    }

    @Test
    void aDayBeginsWhereTheReaderLives() {
        LocalDate monday = LocalDate.of(2026, 11, 16);
        assertThat(reports.byDay(monday, monday.plusDays(1), ZoneOffset.UTC))
                .extracting(Spending::name, line -> line.cost().nanos(), Spending::attempts)
                .containsExactly(tuple("2026-11-16", 130L, 6L), tuple("2026-11-17", 0L, 0L));
        assertThat(reports.byDay(monday, monday.plusDays(1), ZoneId.of("Asia/Seoul")))
                .extracting(line -> line.cost().nanos())
                .containsExactly(100L, 30L);
    }

    @Test
    void whatBudgetsCountKeepsDoubtApartFromCost() {
        assertThat(reports.spent(Instant.MIN, Instant.MAX))
                .extracting(Spent::provider, Spent::settled, Spent::inDoubt, Spent::calls, Spent::tokens)
                .containsExactlyInAnyOrder(
                        tuple("deepseek", new Money(130), Money.ZERO, 2L, 33L),
                        tuple("openai", Money.ZERO, new Money(1000), 3L, 10L),
                        tuple("vllm", Money.ZERO, Money.ZERO, 1L, 2L));
        assertThat(reports.spent(EVENING.plusSeconds(1), Instant.MAX)).isEmpty();
    }

    @Test
    void anAmendmentCountsAtTheMomentOfItsAttempt() throws IOException {
        amend(Samples.amendment("d", "lookup", 9, 400), Samples.amendment("a", "bill", 9, 90));
        assertThat(reports.spent(EVENING, EVENING.plusNanos(1)).stream()
                        .filter(line -> line.provider().equals("openai")))
                .extracting(Spent::settled, Spent::inDoubt)
                .containsExactly(tuple(new Money(400), Money.ZERO));
        assertThat(reports.spent(Samples.NOON, Samples.NOON.plusNanos(1)))
                .extracting(Spent::settled)
                .containsExactly(new Money(90));
    }

    @Test
    void theYoungestAmendmentHoldsWhicheverComesFirst() throws IOException { // L13
        for (int round = 0; round < 3; round++) {
            amend(Samples.amendment("d", "second", 20, 500));
            amend(Samples.amendment("d", "first", 10, 400), Samples.amendment("d", "second", 20, 1));
        }
        assertThat(reports.spent(EVENING, EVENING.plusNanos(1)).stream()
                        .filter(line -> line.provider().equals("openai")))
                .extracting(Spent::settled, Spent::inDoubt)
                .containsExactly(tuple(new Money(500), Money.ZERO));
    }

    @Test
    void whatNobodyHasResolvedComesOldestFirst() throws IOException {
        put(
                attempt("z", Samples.NOON, "openai", State.IN_DOUBT, Usage.of(0, 0), priced(1000)),
                attempt("y", Samples.NOON.minusSeconds(1), "openai", State.IN_DOUBT, Usage.of(0, 0), priced(1000)));
        assertThat(ids(reports.inDoubt(2))).containsExactly("y", "z");
        amend(Samples.amendment("y", "lookup", 1, 0));
        assertThat(ids(reports.inDoubt(9))).containsExactly("z", "d");
    }

    private static List<String> ids(List<Attempt> attempts) {
        return attempts.stream().map(attempt -> attempt.intent().attemptId()).toList();
    }

    private void amend(Amendment... amendments) throws IOException {
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(), List.of(amendments), archive.position() + 1);
        }
    }

    private void put(Attempt... attempts) throws IOException {
        try (SqliteArchive archive = SqliteArchive.open(folder)) {
            archive.put(List.of(attempts), List.of(), archive.position() + 1);
        }
    }

    @Test
    void anUnknownRequestHasNoAttempts() {
        assertThat(reports.ofRequest("nobody's")).isEmpty();
    }

    private static Cost priced(long nanos) {
        return new Cost.Priced(new Money(nanos));
    }

    private static Attempt attempt(String id, Instant at, String provider, State state, Usage usage, Cost cost) {
        return new Attempt(
                Samples.intent(id, at, provider, "nightly"), Samples.outcome(id, state, Optional.of(usage), cost));
    }
}
