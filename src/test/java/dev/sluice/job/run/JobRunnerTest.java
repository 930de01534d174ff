package dev.sluice.job.run;

import static dev.sluice.job.run.Scout.GATEWAY;
import static dev.sluice.job.run.Scout.answer;
import static dev.sluice.job.run.Scout.lines;
import static dev.sluice.job.run.Scout.refuse;
import static dev.sluice.job.run.Scout.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.job.Job;
import dev.sluice.job.Jobs;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.JobRunner.Which;
import dev.sluice.model.Money;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.time.Clocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row is one call, asked until it has its answer or will never have one. */
class JobRunnerTest {
    @TempDir
    private Path folder;

    @AutoClose
    private Scout scout;

    private ScriptedUpstream gateway;

    @BeforeEach
    void open() {
        scout = new Scout(folder);
        gateway = scout.gateway();
    }

    @Test
    void answersStandInTheOrderOfTheirRowsWhateverTheOrderOfTheirEnds() throws Exception {
        CountDownLatch others = new CountDownLatch(5);
        gateway.on(GATEWAY, visit -> {
            if (row(visit.request()) == 1) {
                others.await();
            }
            answer("0.01").play(visit);
            others.countDown();
        });

        List<String> lines = lines(scout.run(scout.job(6, "concurrency: 2\n")));

        assertThat(lines).hasSize(6);
        for (int row = 1; row <= 6; row++) {
            assertThat(lines.get(row - 1))
                    .startsWith("{\"row\":" + row + ",\"line\":" + row + ",\"status\":200,\"cost\":\"0.01\"")
                    .contains("answer " + row);
        }
    }

    @Test
    void everyCallNamesJobRunAndAKeyOfItsRow() throws Exception {
        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(3, "concurrency: 1\n"));

        assertThat(gateway.visits())
                .extracting(visit -> visit.request().headers())
                .allSatisfy(headers -> assertThat(headers)
                        .containsEntry("x-sluice-job", "scout")
                        .containsEntry("x-sluice-run", whole.run()))
                .extracting(headers -> headers.get("idempotency-key"))
                .containsExactly(
                        "scout/" + whole.run() + "/1", "scout/" + whole.run() + "/2", "scout/" + whole.run() + "/3");
    }

    @Test
    void everyCallWantsItsTrueStatusAndCostInsteadOfBlankLines() throws Exception {
        scout.run(scout.job(1, ""));
        assertThat(gateway.visits().getFirst().request().headers()).containsEntry("x-sluice-blank-lines", "never");
    }

    @Test
    void anErrorWhereTheAnswerShouldBeIsAFailedRowWhateverItsStatus() throws Exception {
        gateway.on(
                GATEWAY,
                refuse(200, "bad", "x-sluice-cost: 0.01"),
                refuse(200, "413"),
                visit -> visit.reply(200, "application/json", "{\"error\":null,\"choices\":[]}"));

        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(3, "concurrency: 1\n"));

        assertThat(whole.failed()).isEqualTo(2);
        assertThat(lines(whole).get(0))
                .contains("\"status\":200,\"cost\":\"0.01\"")
                .contains("200: scripted");
        assertThat(lines(whole).get(1)).contains("\"status\":413,\"cost\":\"unpriced\"");
    }

    @Test
    void anAnswerThatDoesNotSayWhatItCostIsNotTakenForFree() throws Exception {
        gateway.on(GATEWAY, visit -> visit.reply(200, "application/json", "{\"choices\":[]}"));
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(5, "budget: {run: 1}\n"));
        assertThat(stopped.why()).contains("no known price");
        assertThat(gateway.visits()).hasSize(1);
    }

    @Test
    void aThrottledRowIsAskedAgainWhenTheGatewaySays() throws Exception {
        gateway.on(
                GATEWAY,
                refuse(429, "rate_limit_exceeded", "retry-after: 1"),
                refuse(503, "", "retry-after: 1"),
                answer("0.01"));

        Ending ending = scout.run(scout.job(1, ""));

        assertThat(lines(ending).getFirst())
                .contains("\"tries\":3,\"throttled\":1")
                .contains("\"status\":200");
    }

    /** However often it could not be reached before: that says nothing of the key under which it was asked. */
    @Test
    void aRowUnderWhichTheGatewayDiedIsAskedAnewHoweverLongItWasAway() throws Exception {
        gateway.on(
                GATEWAY,
                refuse(503, "", "retry-after: 0"),
                refuse(503, "", "retry-after: 0"),
                refuse(503, "", "retry-after: 0"),
                refuse(409, "idempotency_key_in_doubt"),
                refuse(409, "idempotency_answer_lost"),
                answer("0.01"));

        Ending ending = scout.run(scout.job(1, ""));

        assertThat(lines(ending).getFirst())
                .contains("\"status\":200,\"cost\":\"unpriced\"")
                .contains("\"tries\":6");
        assertThat(gateway.visits().stream()
                        .map(visit -> visit.request().headers().get("idempotency-key"))
                        .distinct())
                .as("one key while it was away, and one for each life")
                .hasSize(3);
    }

    @Test
    void aFailureOfTheGatewaysIsRepeatedTwiceHoweverLongItWasAwayBefore() throws Exception {
        gateway.on(
                GATEWAY,
                refuse(503, "", "retry-after: 0"),
                refuse(429, "rate_limit_exceeded", "retry-after: 0"),
                refuse(503, "", "retry-after: 0"),
                refuse(502, "", "retry-after: 0"),
                refuse(500, "", "retry-after: 0"),
                answer("0.01"));
        assertThat(lines(scout.run(scout.job(1, ""))).getFirst()).contains("\"status\":200,\"cost\":\"0.01\"");
    }

    @Test
    void aRefusedRowIsAReportedFailureAndTheOthersGoOn() throws Exception {
        gateway.on(GATEWAY, visit -> (row(visit.request()) == 2 ? refuse(400, "bad") : answer("0.01")).play(visit));

        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(3, ""));

        assertThat(whole.failed()).isEqualTo(1);
        assertThat(lines(whole).get(1)).contains("\"status\":400").contains("\"error\":\"400: scripted\"");
        JobReport report = JobReport.of(scout.runs().runs("scout").getLast());
        assertThat(report.failures())
                .singleElement()
                .satisfies(row -> assertThat(row.line()).isEqualTo(2));
        assertThat(report.cost()).isEqualTo(new Money(20_000_000));
    }

    @Test
    void aRunThatStopsBeforeItsFirstRowLeavesNothing() throws Exception {
        Stop stop = new Stop();
        stop.request();
        assertThat(scout.run(scout.job(3, ""), JobRunner.Which.NEXT, stop)).isInstanceOf(Ending.Unfinished.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".part") || name.endsWith(".money"));
        }
    }

    @Test
    void whatARunWritesOnlyItsOwnerMayRead() throws Exception {
        Path inner = folder.resolve("inner");
        Job job = Jobs.read(folder, "name: scout\nmodel: m\ninput: {jsonl: rows.jsonl}\nresults: inner\n");
        scout.job(2, "");
        JobRunner.Asked asked = new JobRunner.Asked(java.net.URI.create(gateway.address()), Optional.empty());
        new JobRunner(RunFolder.of(job, folder), asked, Clocks.SYSTEM, new Random(7))
                .run(job, JobRunner.Which.NEW, Progress.SILENT, new Stop());
        assertThat(Files.getPosixFilePermissions(inner)).hasSize(3);
        try (Stream<Path> files = Files.list(inner)) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .as(file.toString())
                            .hasSize(2));
        }
    }

    @Test
    void aBadRowIsReportedWithoutACall() throws Exception {
        Job job = scout.job(2, "");
        Files.writeString(folder.resolve("rows.jsonl"), "not json\n", StandardOpenOption.APPEND);

        Ending.Whole whole = (Ending.Whole) scout.run(job);

        assertThat(gateway.visits()).hasSize(2);
        assertThat(lines(whole).get(2))
                .startsWith("{\"row\":3,\"line\":3,\"status\":0")
                .contains("is not JSON");
    }

    @Test
    void theMonthsBudgetCountsTheRunsBefore() throws Exception {
        assertThat(scout.run(scout.job(3, "budget: {month: 0.05}\n"))).isInstanceOf(Ending.Whole.class);
        Ending.Unfinished second = (Ending.Unfinished) scout.run(scout.job(3, "budget: {month: 0.05}\n"));
        assertThat(second.done()).isEqualTo(2);
    }

    @Test
    void aRowThatIsTooDearHoweverMuchItIsGivenFails() throws Exception {
        gateway.on(GATEWAY, refuse(400, "max_cost_exceeded", "x-sluice-bound: 0.001"));
        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(1, "budget: {run: 1}\n"));
        assertThat(whole.failed()).isEqualTo(1);
        assertThat(gateway.visits())
                .as("once to learn what it takes, then as often as any other")
                .hasSize(4);
        assertThat(lines(whole).getFirst()).contains("\"error\":\"400: scripted\"");
    }

    @Test
    void anUnknownPriceUnderABudgetStopsTheRun() throws Exception {
        gateway.on(GATEWAY, answer("unpriced"));
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(5, "budget: {run: 1}\n"));
        assertThat(stopped.why()).contains("no known price");
        assertThat(gateway.visits()).hasSize(1);
    }

    @Test
    void aBudgetRefusalOfTheGatewayStopsTheRunResumably() throws Exception {
        for (String code : List.of("budget_exceeded", "insufficient_quota")) {
            gateway.on(GATEWAY, answer("0.01"), refuse(429, code, "retry-after: 60"));
            Ending.Unfinished stopped =
                    (Ending.Unfinished) scout.run(scout.job(4, "concurrency: 1\n"), Which.NEW, new Stop());
            assertThat(stopped.done()).isEqualTo(1);
            assertThat(stopped.why()).contains("429: scripted");
        }
    }

    @Test
    void aRefusedKeyEndsTheRunInsteadOfFailingEveryRow() throws Exception {
        gateway.on(GATEWAY, refuse(401, "invalid_api_key"));
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(50, "concurrency: 1\n"));
        assertThat(stopped.why()).contains("--key");
        assertThat(gateway.visits()).hasSize(1);
    }

    @Test
    void afterTheDeadlineNoRowIsTriedAgain() throws Exception {
        gateway.on(GATEWAY, refuse(503, "", "retry-after: 30"));
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(2, "deadline: 5s\n"));
        assertThat(stopped.why()).contains("deadline of 5 s");
        assertThat(stopped.done()).isZero();
    }

    @Test
    void aGatewayThatIsAwayForAMomentCostsNoRow() throws Exception {
        gateway.on(GATEWAY, Scripts.drop(Scripts.Cut.RST), answer("0.01"));
        assertThat(lines(scout.run(scout.job(1, ""))))
                .singleElement()
                .asString()
                .contains("\"tries\":2");
    }
}
