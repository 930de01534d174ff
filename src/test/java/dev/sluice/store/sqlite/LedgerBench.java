package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Stretch;
import dev.sluice.ledger.book.Audit;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.ledger.report.Reports;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Run by bench/ledger: a year of attempts through the archive itself, then how long it takes to open and to ask it. */
final class LedgerBench {
    static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration YEAR = Duration.ofDays(Long.getLong("days", 365));
    private static final int BATCH = 5_000;
    private static final List<String> MODELS =
            List.of("deepseek-flash", "deepseek-v3.2", "gpt-6-sol", "exaone", "kure");
    private static final List<String> PROVIDERS = List.of("deepseek", "openrouter", "openai", "vllm", "vllm-embed");
    private static final int ASKED = 5;

    private LedgerBench() {}

    /** @param arguments a folder, the number of attempts; a folder that is filled already is only asked */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int attempts = Integer.parseInt(arguments[1]);
        if (!Files.exists(folder.resolve("sluice.db"))) {
            long start = System.nanoTime();
            try (SqliteArchive archive = SqliteArchive.open(folder)) {
                fill(archive, attempts, 1);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("fill: %d attempts in %.1f s, %.0f rows/s%n", attempts, seconds, attempts / seconds);
        }
        System.out.printf("size: %.2f GB%n", Files.size(folder.resolve("sluice.db")) / 1e9);
        measure("start: open the archive", () -> {
            try {
                SqliteArchive.open(folder).close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return "";
        });
        try (SqliteReports reports = SqliteReports.open(folder)) {
            ask(reports);
        }
        if (arguments.length > 2) {
            long start = System.nanoTime();
            Audit audit = SqliteAudit.run(folder, (_, _) -> {});
            System.out.printf(
                    "check: %d entries in %.0f s, wrong: %s%n",
                    audit.entries(), (System.nanoTime() - start) / 1e9, audit.wrong());
        }
    }

    private static void ask(Reports reports) {
        ZoneId seoul = ZoneId.of("Asia/Seoul");
        LocalDate first = LocalDate.of(2026, 10, 1);
        Instant from = first.atStartOfDay(seoul).toInstant();
        Instant to = first.plusMonths(1).atStartOfDay(seoul).toInstant();
        measure(
                "month report by provider",
                () -> reports.by(Reports.By.PROVIDER, from, to).size());
        measure(
                "month report by user",
                () -> reports.by(Reports.By.USER, from, to).size());
        measure(
                "month report by day, Seoul",
                () -> reports.byDay(first, first.plusDays(30), seoul).size());
        measure(
                "year report by month",
                () -> reports.over(Stretch.cut(
                                Stretch.Unit.MONTH, LocalDate.of(2026, 1, 1), LocalDate.of(2026, 12, 31), seoul))
                        .size());
        measure(
                "spent, a day",
                () -> reports.spent(from, from.plus(Duration.ofDays(1))).size());
        measure("spent, a month", () -> reports.spent(from, to).size());
        measure("in doubt, the 1,000 oldest", () -> reports.inDoubt(1000).size());
    }

    private static void measure(String what, Supplier<Object> question) {
        double[] millis = new double[ASKED];
        Object answer = "";
        for (int round = 0; round < ASKED; round++) {
            long start = System.nanoTime();
            answer = question.get();
            millis[round] = (System.nanoTime() - start) / 1e6;
        }
        double cold = millis[0];
        Arrays.sort(millis);
        System.out.printf("%s: first %.0f ms, median %.0f ms (%s lines)%n", what, cold, millis[ASKED / 2], answer);
    }

    /** Attempts spread evenly over a year, with an amendment for one in a thousand. */
    static void fill(SqliteArchive archive, int attempts, long seed) throws IOException {
        Random random = new Random(seed);
        List<Attempt> batch = new ArrayList<>(BATCH);
        List<Amendment> amendments = new ArrayList<>();
        for (int number = 0; number < attempts; number++) {
            Attempt attempt = attempt(number, attempts, random);
            batch.add(attempt);
            if (random.nextInt(1000) == 0) {
                amendments.add(amendment(attempt, random));
            }
            if (batch.size() == BATCH || number == attempts - 1) {
                archive.put(List.copyOf(batch), List.copyOf(amendments), number + 1);
                batch.clear();
                amendments.clear();
            }
        }
    }

    private static Attempt attempt(int number, int of, Random random) {
        String id = String.format("%016x%016x", number, random.nextLong());
        int user = random.nextInt(1000);
        int key = user % 40;
        int model = random.nextInt(MODELS.size());
        Instant at = FIRST.plusNanos((long) ((double) number / of * YEAR.toNanos()));
        long bound = 1_000L + random.nextInt(1_000_000);
        boolean isFree = model > 2;
        Intent intent = new Intent(
                id,
                "req-" + id,
                random.nextInt(20) == 0 ? 2 : 1,
                at,
                new Caller(
                        "key-" + key,
                        "tenant-" + key % 20,
                        "",
                        "user-" + user,
                        "premium",
                        "",
                        key % 10 == 0 ? "nightly" : "",
                        ""),
                Operation.CHAT,
                "cheap",
                PROVIDERS.get(model),
                MODELS.get(model),
                true,
                isFree ? Optional.empty() : Optional.of(new Money(bound)),
                isFree ? "" : "2026-01-01/1a2b3c4d",
                "cheapest");
        return new Attempt(intent, outcome(id, at, bound, isFree, random));
    }

    private static Outcome outcome(String id, Instant at, long bound, boolean isFree, Random random) {
        int fate = random.nextInt(1000);
        Outcome.State state = fate == 0 && !isFree
                ? Outcome.State.IN_DOUBT
                : fate < 20 ? Outcome.State.VOIDED : Outcome.State.SETTLED;
        long read = random.nextInt(1000);
        Usage usage = new Usage(2000, read, 0, random.nextInt(500), 0, random.nextInt(50) == 0, Optional.empty());
        return new Outcome(
                id,
                state,
                at.plusMillis(900),
                state == Outcome.State.SETTLED ? Optional.of(usage) : Optional.empty(),
                isFree ? new Cost.Free() : new Cost.Priced(new Money(random.nextLong(bound))),
                200,
                state == Outcome.State.SETTLED ? "ok" : "server_error",
                "",
                isFree ? "" : "gen-" + id,
                isFree ? Savings.NONE : new Savings(Money.ZERO, new Money(read), Money.ZERO, "deepseek/deepseek-flash"),
                1_000_000,
                400_000_000,
                900_000_000);
    }

    private static Amendment amendment(Attempt attempt, Random random) {
        return new Amendment(
                attempt.intent().attemptId(),
                "bill",
                attempt.outcome().at().plusSeconds(60),
                Outcome.State.SETTLED,
                new Cost.Priced(new Money(random.nextInt(1000))),
                Optional.empty(),
                "",
                "bench");
    }
}
