package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.ChildProgram;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs as their users see them: processes, files and money. */
class JobTest {
    private static final int ROWS = 108;
    private static final int KILLED_AT = 57;
    private static final int CONCURRENCY = 4;

    /** From then on no row before call 57 is under way any more: what the provider has charged has been written down. */
    private static final int ALL_STUCK = KILLED_AT + CONCURRENCY - 1;

    private static final Pattern SYMBOL = Pattern.compile("symbol-(\\d+)");
    private static final String SETTINGS = """
            providers:
              deepseek: {kind: deepseek, url: "$UP/deepseek", key: k}
            rate-limits: {per-endpoint: 0, per-client: 0}
            retry: {first: 5ms, longest: 10ms}
            """;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-v3.2", "0.27", "0.027", "1.10");

    private Path job(String more) throws IOException {
        Files.writeString(
                folder.resolve("symbols.csv"),
                "symbol\n"
                        + IntStream.rangeClosed(1, ROWS)
                                .mapToObj(row -> "symbol-" + row + "\n")
                                .collect(Collectors.joining()));
        return Files.writeString(folder.resolve("scout.yaml"), """
                name: scout
                input: {csv: symbols.csv, template: "What about {{symbol}}?"}
                model: deepseek/deepseek-v3.2
                concurrency: %d
                results: results
                %s
                """.formatted(CONCURRENCY, more));
    }

    /** The file's settings; the gateway that a job brings takes any port. */
    private void settings() throws IOException {
        String listening = "listen: {port: 0, loops: 1}\n" + SETTINGS;
        Files.writeString(
                folder.resolve("sluice.yaml"), TestGateway.settings(upstream, listening, ChildGateway.data(folder)));
    }

    /** {@code sluice job VERB FILE} with the file's settings, in a process of its own. */
    private ChildProgram sluiceJob(String verb, Path job, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("job", verb, job.toString(), "--config"));
        words.add(folder.resolve("sluice.yaml").toString());
        words.addAll(List.of(more));
        return ChildProgram.start(folder, List.of(), words.toArray(String[]::new));
    }

    private static String[] through(ChildGateway gateway) {
        return new String[] {"--gateway", "http://127.0.0.1:" + gateway.port()};
    }

    private static String symbol(String text) {
        Matcher found = SYMBOL.matcher(text);
        return found.find() ? found.group() : "";
    }

    /** Says which row it was asked for, for a thousand tokens and a bit. */
    private static Script echo() {
        return visit -> Answers.of("about ", symbol(visit.request().text()))
                .tokens(1_600, 0, 407)
                .play(visit);
    }

    /** Costs less than what a row may cost. */
    private static Script briefly() {
        return visit -> Answers.of("about ", symbol(visit.request().text()))
                .tokens(20, 0, 407)
                .play(visit);
    }

    private static Script stuckFrom(int call, AtomicBoolean free) {
        AtomicInteger calls = new AtomicInteger();
        return visit -> {
            if (calls.incrementAndGet() >= call && !free.get()) {
                visit.sawHangUp(Duration.ofSeconds(60));
            } else {
                echo().play(visit);
            }
        };
    }

    private static Script heldFrom(int call, CountDownLatch free) {
        AtomicInteger calls = new AtomicInteger();
        return visit -> {
            if (calls.incrementAndGet() >= call) {
                free.await();
            }
            echo().play(visit);
        };
    }

    @Test
    void killedAtCall57ItIsGoneOnWithAndBillsNothingTwice() throws Exception { // J01
        CountDownLatch free = new CountDownLatch(1);
        upstream.on("deepseek", heldFrom(KILLED_AT, free));
        Path job = job("");
        try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            try (ChildProgram first = sluiceJob("run", job, through(gateway))) {
                upstream.awaitVisit(ALL_STUCK);
                first.kill();
            }
            free.countDown();
            try (ChildProgram second = sluiceJob("run", job, through(gateway))) {
                assertThat(second.exit()).as(second.err()).isZero();
                assertThat(second.err()).contains("of them done before");
            }
            assertThat(upstream.visits()).as("calls under way went on").hasSize(ROWS);
            TestGateway.await("all is booked", () -> settled() == ROWS);
            gateway.terminate();
            assertThat(gateway.exit()).isZero();
        }
        assertWholeAndPaidOnce(job);
    }

    @Test
    void killedWithTheGatewayThatItBroughtItIsGoneOnWithJustTheSame() throws Exception { // J01
        AtomicBoolean free = new AtomicBoolean();
        upstream.on("deepseek", stuckFrom(KILLED_AT, free));
        Path job = job("");
        settings();
        try (ChildProgram first = sluiceJob("run", job)) {
            upstream.awaitVisit(ALL_STUCK);
            first.kill();
        }
        free.set(true);
        try (ChildProgram second = sluiceJob("run", job)) {
            assertThat(second.exit()).as(second.err()).isZero();
        }
        assertWholeAndPaidOnce(job);
    }

    private long settled() {
        return LedgerRow.all(ChildGateway.data(folder)).stream()
                .filter(row -> row.settled() && !row.estimated())
                .count();
    }

    private void assertWholeAndPaidOnce(Path job) throws Exception {
        assertThat(upstream.visits().size()).isBetween(ROWS, ROWS + CONCURRENCY);
        List<String> lines = results();
        assertThat(lines).hasSize(ROWS);
        for (int row = 1; row <= ROWS; row++) {
            assertThat(lines.get(row - 1)).startsWith("{\"row\":" + row + ",").contains("about symbol-" + row + "\"");
        }
        assertThat(upstream.bill().charged()).as("what the provider charged").hasSize(ROWS);
        List<LedgerRow> rows = LedgerRow.all(ChildGateway.data(folder));
        assertThat(rows.stream()
                        .filter(LedgerRow::settled)
                        .mapToLong(LedgerRow::cost)
                        .sum())
                .isEqualTo(upstream.bill().sum());
        String cost = BigDecimal.valueOf(upstream.bill().sum(), 9)
                .stripTrailingZeros()
                .toPlainString();
        try (ChildProgram report = sluiceJob("report", job)) {
            assertThat(report.exit()).as(report.err()).isZero();
            assertThat(report.out())
                    .contains("108 finished, 0 failed")
                    .contains("$" + cost + ", by the ledger: " + rows.size() + " attempts");
        }
    }

    private List<String> results() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("results"))) {
            Path only = files.filter(file -> !file.toString().matches(".*[.](lock|money)"))
                    .reduce((_, _) -> {
                        throw new AssertionError("more than one file of results");
                    })
                    .orElseThrow();
            assertThat(only.toString()).endsWith(".jsonl");
            return Files.readAllLines(only);
        }
    }

    @Test
    void itsBudgetHoldsToTheLastRowAndNothingMoreIsSentThanFits() throws Exception {
        upstream.on("deepseek", briefly());
        settings();
        try (ChildProgram run = sluiceJob("run", job("max-output-tokens: 500\nbudget: {run: 0.03}"))) {
            assertThat(run.exit()).as(run.err()).isNotZero();
            assertThat(run.out()).contains("the job's budget of $0.03");
        }
        assertThat(upstream.bill().sum()).as("at least 98 %").isBetween(29_400_000L, 30_000_000L);
    }

    @Test
    void itsMonthCountsTheMoneyThatRunAfterRunLeftInDoubt() throws Exception {
        upstream.on("deepseek", Scripts.drop(Scripts.Cut.FIN));
        settings();
        Path job = job("max-output-tokens: 500\non-error: stop\ndeadline: 5s\nbudget: {month: 0.003}");
        for (int runs = 1; runs <= 2; runs++) {
            try (ChildProgram run = sluiceJob("run", job, "--new")) {
                assertThat(run.exit()).as(run.err()).isEqualTo(4);
            }
        }
        assertThat(LedgerRow.all(ChildGateway.data(folder)).stream()
                        .filter(row -> row.state().equals("IN_DOUBT"))
                        .mapToLong(LedgerRow::bound)
                        .sum())
                .isBetween(2_000_000L, 3_000_000L);
    }

    @Test
    void itsBudgetHoldsHoweverOftenItIsKilled() throws Exception {
        upstream.on("deepseek", stuckFrom(1, new AtomicBoolean()));
        settings();
        Path job = job("max-output-tokens: 500\nbudget: {run: 0.01}");
        for (int kills = 1; kills <= 3; kills++) {
            try (ChildProgram run = sluiceJob("run", job)) {
                upstream.awaitVisit(kills * CONCURRENCY);
                run.kill();
            }
        }
        upstream.on("deepseek", briefly());
        try (ChildProgram run = sluiceJob("run", job)) {
            assertThat(run.exit()).as(run.err()).isEqualTo(4);
            assertThat(run.out()).contains("the job's budget of $0.01");
        }
        assertThat(LedgerRow.all(ChildGateway.data(folder)).stream()
                        .mapToLong(
                                row -> row.settled() ? row.cost() : row.state().equals("IN_DOUBT") ? row.bound() : 0)
                        .sum())
                .as("spent and in doubt")
                .isBetween(7_000_000L, 10_000_000L);
    }

    @Test
    void toldToEndItLeavesARunThatCanBeGoneOnWith() throws Exception {
        upstream.on("deepseek", visit -> {
            visit.pause(Duration.ofMillis(30));
            echo().play(visit);
        });
        Path job = job("");
        try (ChildGateway gateway = ChildGateway.start(upstream, SETTINGS, folder)) {
            try (ChildProgram first = sluiceJob("run", job, through(gateway))) {
                upstream.awaitVisit(20);
                first.terminate();
                assertThat(first.exit()).isEqualTo(128 + 15);
                assertThat(first.out())
                        .as("as it was begun")
                        .contains("Go on:   sluice job run " + job + " --config " + folder.resolve("sluice.yaml")
                                + " --gateway http://127.0.0.1:" + gateway.port() + "\n");
            }
            try (ChildProgram second = sluiceJob("run", job, through(gateway))) {
                assertThat(second.exit()).as(second.err()).isZero();
            }
            assertThat(upstream.visits()).as("rows under way were let end").hasSize(ROWS);
        }
    }

    @Test
    void theExampleRunsInTheSandbox() throws Exception {
        Files.writeString(
                folder.resolve("sluice.yaml"),
                "data: " + folder.resolve("data") + "\nlisten: {port: 0, loops: 1}\nproviders: {sandbox: {}}\n");
        try (ChildProgram run = sluiceJob("run", Path.of("examples/scout.yaml"))) {
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).contains("0 failed, $0").contains("Results: ");
        }
    }
}
