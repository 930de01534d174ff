package dev.sluice.job.run;

import static dev.sluice.job.run.Scout.GATEWAY;
import static dev.sluice.job.run.Scout.answer;
import static dev.sluice.job.run.Scout.lines;
import static dev.sluice.job.run.Scout.refuse;
import static dev.sluice.job.run.Scout.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.JobRunner.Which;
import dev.sluice.model.Money;
import dev.sluice.testing.ScriptedUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was stopped or killed goes on where it stood, and pays for no row twice. */
class ResumedRunTest {
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
    void aSpentBudgetStopsTheRunAndTheRestIsDoneWhenThereIsMore() throws Exception {
        Job small = scout.job(10, "budget: {run: 0.03}\n");
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(small);
        assertThat(stopped.why()).contains("budget of $0.03 is spent");
        assertThat(stopped.spent()).as("never past it").isEqualTo(new Money(30_000_000));
        assertThat(gateway.visits()).hasSize(3);

        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(10, "budget: {run: 1}\n"));

        assertThat(whole.run()).isEqualTo(stopped.run());
        assertThat(gateway.visits()).hasSize(10);
        assertThat(lines(whole)).hasSize(10);
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
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(9, "concurrency: 1\n"), Which.NEXT, stop);
        assertThat(stopped.done()).isEqualTo(3);

        assertThat(scout.run(scout.job(9, ""), Which.UNFINISHED, new Stop())).isInstanceOf(Ending.Whole.class);
        assertThat(gateway.visits()).hasSize(9);
        assertThat(scout.run(scout.job(9, ""), Which.UNFINISHED, new Stop())).isInstanceOf(Ending.Nothing.class);
    }

    @Test
    void aTornLastLineIsAskedAgainAndNothingElse() throws Exception {
        Stop stop = scout.stopAfter(3);
        scout.run(scout.job(5, "concurrency: 1\n"), Which.NEXT, stop);
        Path part = scout.part();
        byte[] bytes = Files.readAllBytes(part);
        Files.write(part, Arrays.copyOf(bytes, bytes.length - 40));
        gateway.on(GATEWAY, answer("0.01"));

        List<String> lines = lines(scout.run(scout.job(5, "")));

        assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).endsWith("}"));
        assertThat(gateway.visits())
                .extracting(visit -> row(visit.request()))
                .containsExactlyInAnyOrder(1, 2, 3, 3, 4, 5);
    }

    @Test
    void aDamagedLineInTheMiddleIsNamedInsteadOfPaidAgain() throws Exception {
        scout.run(scout.job(5, "concurrency: 1\n"), Which.NEXT, scout.stopAfter(3));
        Path part = scout.part();
        Files.writeString(part, Files.readString(part).replace("{\"row\":2", "#\"row\":2"));

        assertThatThrownBy(() -> scout.run(scout.job(5, "")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(part + ":3: is damaged");
    }

    @Test
    void aDamagedFirstLineIsNamed() throws Exception {
        scout.run(scout.job(5, "concurrency: 1\n"), Which.NEXT, scout.stopAfter(2));
        Path part = scout.part();
        String text = Files.readString(part);
        for (String damaged : List.of(text.replace("\"rows\":\"5\"", "\"rows\":\"-5\""), text.substring(1), "")) {
            Files.writeString(part, damaged);
            assertThatThrownBy(() -> scout.run(scout.job(5, "")))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(part + ":1: does not say what run it is of");
        }
    }

    @Test
    void anotherInputIsNotTakenForTheUnfinishedRun() throws Exception {
        scout.run(scout.job(5, "concurrency: 1\n"), Which.NEXT, scout.stopAfter(2));
        assertThatThrownBy(() -> scout.run(scout.job(6, "")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("--new");
        assertThat(scout.run(scout.job(6, ""), Which.NEW, new Stop())).isInstanceOf(Ending.Whole.class);
    }

    @Test
    void aJobThatStopsAtAFailedRowAsksItAgainWhenGoneOnWith() throws Exception {
        gateway.on(GATEWAY, answer("0.01"), refuse(400, "bad"));
        Ending.Unfinished stopped = (Ending.Unfinished) scout.run(scout.job(3, "concurrency: 1\non-error: stop\n"));
        assertThat(stopped.why()).contains("line 2 failed").contains("on-error: stop");
        gateway.on(GATEWAY, answer("0.01"));

        Ending.Whole whole = (Ending.Whole) scout.run(scout.job(3, "on-error: stop\n"));

        assertThat(whole.failed()).isZero();
        assertThat(lines(whole).get(1)).contains("\"status\":200");
    }

    @Test
    void aJobThatRunsIsNotStartedTwice() throws Exception {
        try (RunFolder.Turn _ = scout.runs().turn("scout").orElseThrow()) {
            assertThat(scout.run(scout.job(1, ""))).isInstanceOf(Ending.Busy.class);
        }
        assertThat(scout.run(scout.job(1, ""))).isInstanceOf(Ending.Whole.class);
    }
}
