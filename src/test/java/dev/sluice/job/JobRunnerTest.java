package dev.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsException;
import dev.sluice.job.JobRunner.Ending;
import dev.sluice.job.JobRunner.Which;
import dev.sluice.model.Money;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripted provider plays the gateway: it stands under the path {@code /v1}. */
class JobRunnerTest {
    private static final String GATEWAY = "v1";
    private static final Pattern ROW = Pattern.compile("row (\\d+)");

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream gateway = new ScriptedUpstream().on(GATEWAY, answer("0.01"));

    private static int row(UpstreamRequest request) {
        Matcher found = ROW.matcher(request.text());
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    private static Script answer(String cost) {
        return visit -> visit.reply(
                200,
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"answer " + row(visit.request())
                        + "\"}}],\n\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}",
                "x-sluice-cost: " + cost);
    }

    private static Script refuse(int status, String code, String... headers) {
        return visit -> visit.reply(
                status,
                "application/json",
                "{\"error\":{\"message\":\"scripted\",\"code\":\"" + code + "\"}}",
                headers);
    }

    private Job job(int rows, String more) throws IOException {
        Files.writeString(
                folder.resolve("rows.jsonl"),
                IntStream.rangeClosed(1, rows)
                        .mapToObj(row -> "{\"messages\":[{\"role\":\"user\",\"content\":\"row " + row + "\"}]}\n")
                        .collect(Collectors.joining()));
        return Jobs.read(folder, "name: scout\nmodel: m\ninput: {jsonl: rows.jsonl}\n" + more);
    }

    private Ending run(Job job, Which which, Stop stop) throws IOException, InterruptedException {
        JobRunner.Asked asked = new JobRunner.Asked(URI.create(gateway.address()), Optional.empty());
        Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock("2026-11-21T12:00:00Z"));
        return new JobRunner(new RunFolder(folder), asked, clocks, new Random(7))
                .run(job, which, Progress.SILENT, stop);
    }

    private Ending run(Job job) throws IOException, InterruptedException {
        return run(job, Which.NEXT, new Stop());
    }

    private static List<String> lines(Ending ending) throws IOException {
        return Files.readAllLines(((Ending.Whole) ending).results());
    }

    private Path part() throws IOException {
        return new RunFolder(folder).unfinished("scout").orElseThrow().file();
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

        List<String> lines = lines(run(job(6, "concurrency: 2\n")));

        assertThat(lines).hasSize(6);
        for (int row = 1; row <= 6; row++) {
            assertThat(lines.get(row - 1))
                    .startsWith("{\"row\":" + row + ",\"line\":" + row + ",\"status\":200,\"cost\":\"0.01\"")
                    .contains("answer " + row);
        }
    }

    @Test
    void everyCallNamesJobRunAndAKeyOfItsRow() throws Exception {
        Ending.Whole whole = (Ending.Whole) run(job(3, "concurrency: 1\n"));

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
    void aThrottledRowIsAskedAgainWhenTheGatewaySays() throws Exception {
        gateway.on(
                GATEWAY,
                refuse(429, "rate_limit_exceeded", "retry-after: 1"),
                refuse(503, "", "retry-after: 1"),
                answer("0.01"));

        Ending ending = run(job(1, ""));

        assertThat(lines(ending).getFirst())
                .contains("\"tries\":3,\"throttled\":1")
                .contains("\"status\":200");
    }

    @Test
    void aRefusedRowIsAReportedFailureAndTheOthersGoOn() throws Exception {
        gateway.on(GATEWAY, visit -> (row(visit.request()) == 2 ? refuse(400, "bad") : answer("0.01")).play(visit));

        Ending.Whole whole = (Ending.Whole) run(job(3, ""));

        assertThat(whole.failed()).isEqualTo(1);
        assertThat(lines(whole).get(1)).contains("\"status\":400").contains("\"error\":\"400: scripted\"");
        JobReport report = JobReport.of(new RunFolder(folder).runs("scout").getLast());
        assertThat(report.failures())
                .singleElement()
                .satisfies(row -> assertThat(row.line()).isEqualTo(2));
        assertThat(report.cost()).isEqualTo(new Money(20_000_000));
    }

    @Test
    void aBadRowIsReportedWithoutACall() throws Exception {
        Job job = job(2, "");
        Files.writeString(folder.resolve("rows.jsonl"), "not json\n", StandardOpenOption.APPEND);

        Ending.Whole whole = (Ending.Whole) run(job);

        assertThat(gateway.visits()).hasSize(2);
        assertThat(lines(whole).get(2))
                .startsWith("{\"row\":3,\"line\":3,\"status\":0")
                .contains("is not JSON");
    }

    @Test
    void aSpentBudgetStopsTheRunAndTheRestIsDoneWhenThereIsMore() throws Exception {
        Job small = job(10, "budget: {run: 0.03}\n");
        Ending.Unfinished stopped = (Ending.Unfinished) run(small);
        assertThat(stopped.why()).contains("budget of $0.03 is spent");
        assertThat(stopped.spent()).as("never past it").isEqualTo(new Money(30_000_000));
        assertThat(gateway.visits()).hasSize(3);

        Ending.Whole whole = (Ending.Whole) run(job(10, "budget: {run: 1}\n"));

        assertThat(whole.run()).isEqualTo(stopped.run());
        assertThat(gateway.visits()).hasSize(10);
        assertThat(lines(whole)).hasSize(10);
    }

    @Test
    void theMonthsBudgetCountsTheRunsBefore() throws Exception {
        assertThat(run(job(3, "budget: {month: 0.05}\n"))).isInstanceOf(Ending.Whole.class);
        Ending.Unfinished second = (Ending.Unfinished) run(job(3, "budget: {month: 0.05}\n"));
        assertThat(second.done()).isEqualTo(2);
    }

    @Test
    void anUnknownPriceUnderABudgetStopsTheRun() throws Exception {
        gateway.on(GATEWAY, answer("unpriced"));
        Ending.Unfinished stopped = (Ending.Unfinished) run(job(5, "budget: {run: 1}\n"));
        assertThat(stopped.why()).contains("no known price");
        assertThat(gateway.visits()).hasSize(1);
    }

    @Test
    void aBudgetRefusalOfTheGatewayStopsTheRunResumably() throws Exception {
        for (String code : List.of("budget_exceeded", "insufficient_quota")) {
            gateway.on(GATEWAY, answer("0.01"), refuse(429, code, "retry-after: 60"));
            Ending.Unfinished stopped = (Ending.Unfinished) run(job(4, "concurrency: 1\n"), Which.NEW, new Stop());
            assertThat(stopped.done()).isEqualTo(1);
            assertThat(stopped.why()).contains("429: scripted");
        }
    }

    @Test
    void aRefusedKeyEndsTheRunInsteadOfFailingEveryRow() throws Exception {
        gateway.on(GATEWAY, refuse(401, "invalid_api_key"));
        Ending.Unfinished stopped = (Ending.Unfinished) run(job(50, "concurrency: 1\n"));
        assertThat(stopped.why()).contains("--key");
        assertThat(gateway.visits()).hasSize(1);
    }

    @Test
    void afterTheDeadlineNoRowIsTriedAgain() throws Exception {
        gateway.on(GATEWAY, refuse(503, "", "retry-after: 30"));
        Ending.Unfinished stopped = (Ending.Unfinished) run(job(2, "deadline: 5s\n"));
        assertThat(stopped.why()).contains("deadline of 5 s");
        assertThat(stopped.done()).isZero();
    }

    @Test
    void toldToStopItLetsRowsUnderWayEndAndBeginsNoOther() throws Exception {
        Stop stop = new Stop();
        gateway.on(GATEWAY, visit -> {
            if (row(visit.request()) == 3) {
                stop.request();
            }
            answer("0.01").play(visit);
        });
        Ending.Unfinished stopped = (Ending.Unfinished) run(job(9, "concurrency: 1\n"), Which.NEXT, stop);
        assertThat(stopped.done()).isEqualTo(3);

        assertThat(run(job(9, ""), Which.UNFINISHED, new Stop())).isInstanceOf(Ending.Whole.class);
        assertThat(gateway.visits()).hasSize(9);
        assertThat(run(job(9, ""), Which.UNFINISHED, new Stop())).isInstanceOf(Ending.Nothing.class);
    }

    @Test
    void aTornLastLineIsAskedAgainAndNothingElse() throws Exception {
        Stop stop = stopAfter(3);
        run(job(5, "concurrency: 1\n"), Which.NEXT, stop);
        Path part = part();
        byte[] bytes = Files.readAllBytes(part);
        Files.write(part, Arrays.copyOf(bytes, bytes.length - 40));
        gateway.on(GATEWAY, answer("0.01"));

        List<String> lines = lines(run(job(5, "")));

        assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).endsWith("}"));
        assertThat(gateway.visits())
                .extracting(visit -> row(visit.request()))
                .containsExactlyInAnyOrder(1, 2, 3, 3, 4, 5);
    }

    @Test
    void aDamagedLineInTheMiddleIsNamedInsteadOfPaidAgain() throws Exception {
        run(job(5, "concurrency: 1\n"), Which.NEXT, stopAfter(3));
        Path part = part();
        Files.writeString(part, Files.readString(part).replace("{\"row\":2", "#\"row\":2"));

        assertThatThrownBy(() -> run(job(5, "")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(part + ":3: is damaged");
    }

    @Test
    void aDamagedFirstLineIsNamed() throws Exception {
        run(job(5, "concurrency: 1\n"), Which.NEXT, stopAfter(2));
        Path part = part();
        String text = Files.readString(part);
        for (String damaged : List.of(text.replace("\"rows\":\"5\"", "\"rows\":\"-5\""), text.substring(1), "")) {
            Files.writeString(part, damaged);
            assertThatThrownBy(() -> run(job(5, "")))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(part + ":1: does not say what run it is of");
        }
    }

    @Test
    void anotherInputIsNotTakenForTheUnfinishedRun() throws Exception {
        run(job(5, "concurrency: 1\n"), Which.NEXT, stopAfter(2));
        assertThatThrownBy(() -> run(job(6, "")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--new");
        assertThat(run(job(6, ""), Which.NEW, new Stop())).isInstanceOf(Ending.Whole.class);
    }

    @Test
    void aJobThatStopsAtAFailedRowAsksItAgainWhenGoneOnWith() throws Exception {
        gateway.on(GATEWAY, answer("0.01"), refuse(400, "bad"));
        Ending.Unfinished stopped = (Ending.Unfinished) run(job(3, "concurrency: 1\non-error: stop\n"));
        assertThat(stopped.why()).contains("line 2 failed").contains("on-error: stop");
        gateway.on(GATEWAY, answer("0.01"));

        Ending.Whole whole = (Ending.Whole) run(job(3, "on-error: stop\n"));

        assertThat(whole.failed()).isZero();
        assertThat(lines(whole).get(1)).contains("\"status\":200");
    }

    @Test
    void aJobThatRunsIsNotStartedTwice() throws Exception {
        try (RunFolder.Turn _ = new RunFolder(folder).turn("scout").orElseThrow()) {
            assertThat(run(job(1, ""))).isInstanceOf(Ending.Busy.class);
        }
        assertThat(run(job(1, ""))).isInstanceOf(Ending.Whole.class);
    }

    @Test
    void aGatewayThatIsAwayForAMomentCostsNoRow() throws Exception {
        gateway.on(GATEWAY, Scripts.drop(Scripts.Cut.RST), answer("0.01"));
        assertThat(lines(run(job(1, "")))).singleElement().asString().contains("\"tries\":2");
    }

    private Stop stopAfter(int rows) {
        Stop stop = new Stop();
        gateway.on(GATEWAY, visit -> {
            if (row(visit.request()) == rows) {
                stop.request();
            }
            answer("0.01").play(visit);
        });
        return stop;
    }
}
