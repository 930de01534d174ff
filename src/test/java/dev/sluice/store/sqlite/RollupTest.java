package dev.sluice.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Savings;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.Stretch;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.SpendingSum;
import dev.sluice.ledger.book.SpentSum;
import dev.sluice.ledger.book.Standing;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sums say is what the rows say, in any zone, whatever came in which order and how often. */
class RollupTest {
    private static final Instant BEGIN = Instant.parse("2026-10-30T00:00:00Z");
    private static final LocalDate FIRST = LocalDate.of(2026, 10, 30);
    private static final LocalDate LAST = LocalDate.of(2026, 11, 3);

    @TempDir
    private Path path;

    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Amendment> amendments = new ArrayList<>();

    private void make(Random random) {
        for (int number = 0; number < 400; number++) {
            Attempt attempt = attempt("a" + number, random);
            attempts.add(attempt);
            for (int word = 0; word < random.nextInt(12) - 8; word++) {
                amendments.add(amendment(attempt, word, random));
            }
        }
    }

    private static Attempt attempt(String id, Random random) {
        // Often right at the edge of an hour or of half of one.
        Instant at = BEGIN.plus(Duration.ofMinutes(15L * random.nextInt(4 * 24 * 5)))
                .plusNanos(random.nextBoolean() ? random.nextLong(900_000_000_000L) : -random.nextInt(2));
        Outcome.State state = List.of(Outcome.State.values()).get(random.nextInt(3));
        Caller caller = new Caller(
                "key" + random.nextInt(2),
                "t" + random.nextInt(2),
                "",
                "u" + random.nextInt(3),
                "",
                "",
                "",
                random.nextBoolean() ? "" : "run" + random.nextInt(2));
        Intent intent = new Intent(
                id,
                "r-" + id,
                1 + random.nextInt(2),
                at,
                caller,
                Operation.CHAT,
                "m",
                "p" + random.nextInt(2),
                "m",
                false,
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(new Money(random.nextInt(1000))),
                "v",
                "");
        Outcome outcome = new Outcome(
                id,
                state,
                at.plusSeconds(1),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new Usage(
                                9, random.nextInt(4), random.nextInt(4), 3, 0, random.nextBoolean(), Optional.empty())),
                cost(random),
                200,
                random.nextBoolean() ? "ok" : "server_error",
                "",
                "",
                new Savings(
                        new Money(random.nextInt(9)),
                        Money.ZERO,
                        new Money(random.nextInt(9) - 5),
                        random.nextBoolean() ? "" : "openai/gpt"),
                0,
                0,
                0);
        return new Attempt(intent, outcome);
    }

    private static Cost cost(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Cost.Free();
            case 1 -> new Cost.Unpriced();
            default -> new Cost.Priced(new Money(random.nextInt(1000)));
        };
    }

    private static Amendment amendment(Attempt attempt, int number, Random random) {
        return new Amendment(
                attempt.intent().attemptId(),
                "w" + number,
                Samples.NOON.plusSeconds(random.nextInt(3)),
                random.nextBoolean() ? Outcome.State.SETTLED : Outcome.State.VOIDED,
                cost(random),
                random.nextBoolean() ? Optional.empty() : Optional.of(Usage.estimate(7, 1)),
                "v2",
                "because");
    }

    /** Everything in any order, some of it twice, in batches of any size. */
    private void book(Random random) throws IOException {
        List<Object> words = new ArrayList<>(attempts);
        words.addAll(amendments);
        words.addAll(amendments.subList(0, amendments.size() / 2));
        words.addAll(attempts.subList(0, 100));
        Collections.shuffle(words, random);
        long position = 0;
        while (!words.isEmpty()) {
            List<Object> some = words.subList(0, Math.min(words.size(), 1 + random.nextInt(80)));
            // Opened anew for each: what waits for its attempt must not be forgotten over a restart.
            try (SqliteArchive archive = SqliteArchive.open(path)) {
                archive.put(
                        some.stream()
                                .filter(Attempt.class::isInstance)
                                .map(Attempt.class::cast)
                                .toList(),
                        some.stream()
                                .filter(Amendment.class::isInstance)
                                .map(Amendment.class::cast)
                                .toList(),
                        ++position);
            }
            some.clear();
        }
    }

    private Standing standing(Attempt attempt) {
        return Standing.of(
                attempt,
                amendments.stream()
                        .filter(amendment ->
                                amendment.attemptId().equals(attempt.intent().attemptId()))
                        .toList());
    }

    private List<Attempt> within(Instant from, Instant to) {
        return attempts.stream()
                .filter(attempt -> !attempt.intent().at().isBefore(from)
                        && attempt.intent().at().isBefore(to))
                .toList();
    }

    private Spending sum(String name, List<Attempt> some) {
        SpendingSum sum = new SpendingSum();
        some.forEach(attempt -> sum.add(Cell.of(attempt, standing(attempt)), Figures.of(attempt, standing(attempt))));
        return sum.line(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theSumsSayWhatTheRowsSay(long seed) throws IOException { // L13, L19, L21
        Random random = new Random(seed);
        make(random);
        book(random);
        try (SqliteReports reports = SqliteReports.open(path)) {
            for (String zone : List.of("UTC", "Asia/Seoul", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")) {
                for (Stretch.Unit unit : Stretch.Unit.values()) {
                    List<Stretch> stretches = Stretch.cut(unit, FIRST, LAST, ZoneId.of(zone));
                    assertThat(reports.over(stretches))
                            .as(zone)
                            .containsExactlyElementsOf(stretches.stream()
                                    .map(stretch -> sum(stretch.name(), within(stretch.from(), stretch.to())))
                                    .toList());
                }
            }
            assertThat(reports.by(Reports.By.RUN, Instant.MIN, Instant.MAX))
                    .containsExactlyInAnyOrder(run(""), run("run0"), run("run1"));
            SpentSum spent = new SpentSum();
            attempts.forEach(
                    attempt -> spent.add(Cell.of(attempt, standing(attempt)), Figures.of(attempt, standing(attempt))));
            assertThat(reports.spent(Instant.MIN, Instant.MAX)).containsExactlyInAnyOrderElementsOf(spent.lines());
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {}).wrong()).isEmpty();
    }

    private Spending run(String name) {
        return sum(
                name,
                attempts.stream()
                        .filter(attempt -> attempt.intent().caller().run().equals(name))
                        .toList());
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
        Random random = new Random(5);
        make(random);
        book(random);
        List<Spending> before = days(ZoneId.of("Asia/Seoul"));
        Instant mark = Instant.parse("2026-11-01T00:00:00Z");
        try (SqliteArchive archive = SqliteArchive.open(path)) {
            int removed = archive.forget(mark, 50);
            assertThat(removed).isEqualTo(50);
            while (archive.forget(mark, 50) == 50) {
                removed += 50;
            }
            // A replay of the journal brings them all again.
            assertThat(archive.put(List.copyOf(attempts), List.copyOf(amendments), 999_999))
                    .isZero();
        }
        assertThat(days(ZoneId.of("Asia/Seoul"))).isEqualTo(before);
        assertThat(days(ZoneId.of("Asia/Kolkata")).stream()
                        .mapToLong(line -> line.cost().nanos())
                        .sum())
                .as("half-hour days still add up")
                .isEqualTo(sum(
                                "",
                                within(
                                        FIRST.atStartOfDay(ZoneOffset.UTC)
                                                .minusHours(6)
                                                .toInstant(),
                                        LAST.plusDays(2)
                                                .atStartOfDay(ZoneOffset.UTC)
                                                .toInstant()))
                        .cost()
                        .nanos());
        try (SqliteReports reports = SqliteReports.open(path)) {
            assertThat(reports.inDoubt(999))
                    .isNotEmpty()
                    .allSatisfy(attempt -> assertThat(standing(attempt).state()).isEqualTo(Outcome.State.IN_DOUBT));
            assertThat(reports.inDoubt(999).stream()
                            .filter(attempt -> attempt.intent().at().isBefore(mark)))
                    .isNotEmpty();
        }
        assertThat(SqliteAudit.run(path, (_, _) -> {})).satisfies(audit -> {
            assertThat(audit.wrong()).isEmpty();
            assertThat(audit.attempts()).isLessThan(400);
        });
    }

    private List<Spending> days(ZoneId zone) throws IOException {
        try (SqliteReports reports = SqliteReports.open(path)) {
            return reports.byDay(FIRST.minusDays(1), LAST.plusDays(1), zone);
        }
    }
}
