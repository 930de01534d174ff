package dev.sluice.job.run;

import static dev.sluice.job.run.Scout.GATEWAY;
import static dev.sluice.job.run.Scout.answer;
import static dev.sluice.job.run.Scout.lines;
import static dev.sluice.job.run.Scout.refuse;
import static dev.sluice.job.run.Scout.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.job.Job;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.JobRunner.Which;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.Scripts;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a row has gone through in earlier starts of its run counts, and what nobody knows it cost is never told as less. */
class RowsOverStartsTest {
    private static final String NOW = "retry-after: 0";

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

    /** Answers, and lets the run stop then. */
    private static Script last(Stop stop, Script script) {
        return visit -> {
            stop.request();
            script.play(visit);
        };
    }

    private String only(Ending ending) throws Exception {
        return lines(ending).getFirst();
    }

    @Test
    void aRowThatAlwaysFailsIsNotPaidAnewAtEachStart() throws Exception {
        Job job = scout.job(1, "");
        for (int start = 1; start <= 2; start++) {
            Stop stop = new Stop();
            gateway.on(GATEWAY, last(stop, refuse(502, "", NOW, "x-sluice-cost: 0.01")));
            assertThat(scout.run(job, Which.NEXT, stop)).isInstanceOf(Ending.Unfinished.class);
        }
        gateway.on(GATEWAY, refuse(502, "", NOW, "x-sluice-cost: 0.01"), answer("0.01"));

        Ending.Whole whole = (Ending.Whole) scout.run(job);

        assertThat(whole.failed()).isEqualTo(1);
        assertThat(only(whole)).contains("\"status\":502,\"cost\":\"0.03\"");
    }

    @Test
    void theKeysUnderWhichTheGatewayDiedAreNotAskedForAgainAtTheNextStart() throws Exception {
        Job job = scout.job(1, "");
        Stop stop = new Stop();
        gateway.on(
                GATEWAY, refuse(409, "idempotency_key_in_doubt"), last(stop, refuse(409, "idempotency_answer_lost")));
        scout.run(job, Which.NEXT, stop);
        gateway.on(GATEWAY, refuse(409, "idempotency_key_in_doubt"), answer("0.01"));

        Ending.Whole whole = (Ending.Whole) scout.run(job);

        assertThat(whole.failed()).isEqualTo(1);
        assertThat(gateway.visits().getLast().request().headers().get("idempotency-key"))
                .endsWith("/1/3");
        assertThat(only(whole)).contains("\"cost\":\"unpriced\"");
    }

    @Test
    void aRowAtWhichTheRunStopsStaysFailedAfterItHasFailedInThreeStarts() throws Exception {
        Job job = scout.job(3, "concurrency: 1\non-error: stop\n");
        gateway.on(
                GATEWAY,
                visit -> (row(visit.request()) == 2 ? refuse(400, "bad", "x-sluice-cost: 0.01") : answer("0.01"))
                        .play(visit));
        for (int start = 1; start <= 3; start++) {
            assertThat(((Ending.Unfinished) scout.run(job)).why()).contains("line 2 failed");
        }

        Ending.Whole whole = (Ending.Whole) scout.run(job);

        assertThat(whole.failed()).isEqualTo(1);
        assertThat(lines(whole)).hasSize(3);
        assertThat(gateway.visits().stream().filter(visit -> row(visit.request()) == 2))
                .hasSize(3);
    }

    @Test
    void moneyInDoubtMakesARowUnpricedInResultsAndReport() throws Exception {
        gateway.on(
                GATEWAY,
                visit -> visit.reply(
                        200, "application/json", "{\"choices\":[]}", "x-sluice-cost: 0.01", "x-sluice-in-doubt: 0.02"));

        assertThat(only(scout.run(scout.job(1, "")))).contains("\"status\":200,\"cost\":\"unpriced\"");

        JobReport report = JobReport.of(scout.runs().runs("scout").getLast());
        assertThat(report.unpriced()).isEqualTo(1);
    }

    @Test
    void aRowThatWasLostOnceAndThenFailedIsUnpriced() throws Exception {
        gateway.on(GATEWAY, Scripts.drop(Scripts.Cut.RST), refuse(400, "bad", "x-sluice-cost: 0"));
        assertThat(only(scout.run(scout.job(1, "")))).contains("\"status\":400,\"cost\":\"unpriced\"");
    }

    @Test
    void aRowThatWasLostInAnEarlierStartIsUnpriced() throws Exception {
        Job job = scout.job(1, "");
        Stop stop = new Stop();
        gateway.on(GATEWAY, last(stop, Scripts.drop(Scripts.Cut.RST)));
        scout.run(job, Which.NEXT, stop);
        gateway.on(GATEWAY, answer("0.01"));
        assertThat(only(scout.run(job))).contains("\"status\":200,\"cost\":\"unpriced\"");
    }

    /** The gateway tells what the repeat cost, which is nothing, and not what the first call did. */
    @Test
    void anAnswerThatTheGatewayHadKeptIsNotTakenForFree() throws Exception {
        gateway.on(
                GATEWAY,
                visit -> visit.reply(
                        200, "application/json", "{\"choices\":[]}", "x-sluice-cost: 0", "x-sluice-replayed: true"));
        assertThat(only(scout.run(scout.job(1, "")))).contains("\"status\":200,\"cost\":\"unpriced\"");
    }
}
