package dev.sluice.job.run;

import static dev.sluice.job.run.Scout.GATEWAY;
import static dev.sluice.job.run.Scout.answer;
import static dev.sluice.job.run.Scout.bounded;
import static dev.sluice.job.run.Scout.refuse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.JobRunner.Which;
import dev.sluice.model.Money;
import dev.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run has spent or may have spent is not forgotten, whatever becomes of its rows, its process and its month. */
class RunBookTest {
    private static final String NOVEMBER = "2026-11-21T12:00:00Z";
    private static final String DECEMBER = "2026-12-05T12:00:00Z";

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

    private Ending anew(Job job, String now) throws IOException, InterruptedException {
        return scout.run(job, Which.NEW, new Stop(), now);
    }

    private Ending goOn(Job job, String now) throws IOException, InterruptedException {
        return scout.run(job, Which.UNFINISHED, new Stop(), now);
    }

    private Path book() throws IOException {
        return Path.of(RunFolder.results(scout.part()) + ".money");
    }

    @Test
    void moneyInDoubtCountsInTheRunsThatFollow() throws Exception {
        gateway.on(
                GATEWAY,
                bounded(
                        "0.03",
                        refuse(400, "bad", "x-sluice-cost: 0", "x-sluice-in-doubt: 0.03", "x-sluice-bound: 0.03")));
        Job job = scout.job(3, "concurrency: 1\non-error: stop\nbudget: {month: 0.035}\n");
        assertThat(((Ending.Unfinished) anew(job, NOVEMBER)).spent()).isEqualTo(new Money(30_000_000));
        gateway.on(GATEWAY, bounded("0.03", answer("0.03")));

        Ending.Unfinished second = (Ending.Unfinished) anew(job, NOVEMBER);

        assertThat(second.why()).contains("what is left of the job's budget of $0.035 for the month ($0.005)");
        assertThat(second.spent()).isEqualTo(Money.ZERO);
    }

    @Test
    void aRowThatIsAskedAgainKeepsWhatItHasCost() throws Exception {
        Job job = scout.job(3, "concurrency: 1\non-error: stop\nbudget: {run: 0.04}\n");
        gateway.on(GATEWAY, refuse(400, "bad", "x-sluice-cost: 0.01"));
        scout.run(job);
        scout.run(job);
        gateway.on(GATEWAY, answer("0.01"));

        Ending.Unfinished last = (Ending.Unfinished) scout.run(job);

        assertThat(last.done()).isEqualTo(2);
        assertThat(last.spent()).isEqualTo(new Money(40_000_000));
    }

    @Test
    void aRowThatWasLeftAtTheDeadlineKeepsWhatItHasCost() throws Exception {
        Job job = scout.job(1, "deadline: 5s\nbudget: {run: 0.03}\n");
        gateway.on(GATEWAY, refuse(503, "", "retry-after: 30", "x-sluice-cost: 0.02"));
        assertThat(((Ending.Unfinished) scout.run(job)).spent()).isEqualTo(new Money(20_000_000));
        gateway.on(GATEWAY, bounded("0.02", answer("0.02")));
        assertThat(((Ending.Unfinished) scout.run(job)).why())
                .contains("what is left")
                .contains("($0.01)");
    }

    @Test
    void aTryIsWrittenDownBeforeItIsSent() throws Exception {
        List<String> books = new CopyOnWriteArrayList<>();
        gateway.on(GATEWAY, bounded("0.01", visit -> {
            books.add(Files.readString(book()));
            answer("0.001").play(visit);
        }));
        scout.run(scout.job(1, "budget: {run: 0.05}\n"));
        assertThat(books).singleElement().asString().contains("\"most\":\"0.01\"");
    }

    @Test
    void aTryOfWhichTheProcessDidNotSeeTheEndCountsAsAllThatItMightHaveCost() throws Exception {
        Path results = folder.resolve("r.jsonl");
        Path none = folder.resolve("none");
        Reply lost = Reply.nothing("lost", true);
        try (RunBook book = RunBook.open(results, none)) {
            book.end(book.begin(1, Optional.of(new Money(100)), Instant.parse(NOVEMBER)), lost);
            book.begin(1, Optional.of(new Money(20)), Instant.parse(DECEMBER));
        }
        Files.writeString(Path.of(results + ".money"), "{\"try\":\"3\",\"mo", StandardOpenOption.APPEND);
        try (RunBook book = RunBook.open(results, none)) {
            assertThat(book.spent()).as("a torn line was never sent").isEqualTo(new Money(120));
            book.end(book.begin(1, Optional.of(new Money(3)), Instant.parse(DECEMBER)), lost);
        }
        assertThat(RunBook.byMinute(results, none))
                .containsExactly(
                        Map.entry(Instant.parse(NOVEMBER), new Money(100)),
                        Map.entry(Instant.parse(DECEMBER), new Money(23)));
    }

    @Test
    void aDamagedLineIsNamed() throws Exception {
        Path book = Files.writeString(folder.resolve("r.jsonl.money"), "{\"try\":\"1\"}\n");
        assertThatThrownBy(() -> RunBook.open(folder.resolve("r.jsonl"), folder.resolve("none")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(book + ":1: is damaged");
    }

    @Test
    void aRunOfBeforeThereWereBooksIsCountedByItsRows() throws Exception {
        Job job = scout.job(5, "concurrency: 1\nbudget: {run: 0.04, month: 0.04}\n");
        scout.run(job, Which.NEXT, scout.stopAfter(3));
        Files.delete(book());
        assertThat(((Ending.Unfinished) scout.run(job)).done()).isEqualTo(4);
        assertThat(((Ending.Unfinished) anew(job, NOVEMBER)).done()).isZero();
    }

    @Test
    void moneyCountsInTheMonthInWhichItWasSpent() throws Exception {
        Job job = scout.job(8, "concurrency: 1\nbudget: {month: 0.05}\n");
        scout.run(job, Which.NEW, scout.stopAfter(2), NOVEMBER);
        gateway.on(GATEWAY, answer("0.01"));
        assertThat(((Ending.Unfinished) goOn(job, NOVEMBER)).done()).isEqualTo(5);

        assertThat(goOn(job, DECEMBER)).as("a new month, new money").isInstanceOf(Ending.Whole.class);
        assertThat(((Ending.Unfinished) anew(job, DECEMBER)).done())
                .as("of which the run of November took some")
                .isEqualTo(2);
    }
}
