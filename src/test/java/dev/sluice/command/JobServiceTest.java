package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Machine;
import dev.sluice.Wiring;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.job.run.RunFolder;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildProgram;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs by the clock, in a gateway in this process whose wall clock is set by hand. */
class JobServiceTest {
    private static final Environment NOTHING = new Environment(Map.of());

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private final HandClock clock = new HandClock("2026-11-20T08:29:30Z"); // a Friday

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("jobs.d"));
        Files.writeString(
                folder.resolve("jobs.d/rows.jsonl"), "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}\n");
        job("skip");
    }

    private void job(String missed) throws IOException {
        Files.writeString(folder.resolve("jobs.d/scout.yaml"), """
                name: scout
                schedule: {cron: 30 8-15, zone: UTC, days: business, missed: %s}
                input: {jsonl: rows.jsonl}
                model: deepseek/deepseek-v3.2
                """.formatted(missed));
    }

    /** A gateway with its jobs, from start to end. */
    private final class Running implements AutoCloseable {
        private final JobService jobs;
        private final Wiring wiring;

        Running() throws IOException {
            String yaml =
                    TestGateway.settings(upstream, """
                    providers:
                      deepseek: {kind: deepseek, url: "$UP/deepseek", key: k}
                    jobs: {folder: "%s"}
                    drain: 5s
                    """.formatted(folder.resolve("jobs.d")), folder.resolve("data"));
            Settings settings = SettingsReader.read("test", SettingsFile.parse("test", yaml, NOTHING::get), NOTHING);
            Clocks clocks = new Clocks(Ticker.SYSTEM, clock);
            jobs = JobService.of(settings, NOTHING, clocks).orElseThrow();
            wiring = Wiring.start(
                    settings,
                    Optional.empty(),
                    new Inquiry(Duration.ofSeconds(1)),
                    "test",
                    new Machine(clocks, JournaledLedger::open));
            jobs.start(wiring.server());
        }

        @Override
        public void close() throws IOException {
            jobs.stop();
            wiring.close();
            jobs.close();
        }
    }

    private List<RunFolder.Run> runs() {
        return runs("scout");
    }

    private List<RunFolder.Run> runs(String job) {
        try {
            return new RunFolder(folder.resolve("data/jobs")).runs(job);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitWhole(int count) {
        awaitWhole("scout", count);
    }

    private void awaitWhole(String job, int count) {
        await(
                count + " runs of " + job + " are whole",
                () -> runs(job).stream().filter(RunFolder.Run::whole).count() == count
                        && next(job).isAfter(clock.instant()));
    }

    /** When the timetable will start the job, read without its library. */
    private Instant next(String job) {
        String url = "jdbc:sqlite:" + folder.resolve("data/jobs.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT execution_time FROM scheduled_tasks WHERE task_name = '" + job + "'")) {
            return Instant.ofEpochMilli(row.getLong(1));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The timetable waits by the clock, too, so it goes on a little while we look. */
    private void await(String what, BooleanSupplier condition) {
        TestGateway.await(what, () -> {
            clock.advance(Duration.ofMillis(20));
            return condition.getAsBoolean();
        });
    }

    @Test
    void aJobRunsWhenItsTimeHasCome() throws Exception {
        try (Running _ = new Running()) {
            assertThat(upstream.visits()).isEmpty();
            clock.set("2026-11-20T08:30:00Z");
            awaitWhole(1);
            clock.set("2026-11-20T09:30:10Z");
            awaitWhole(2);
            assertThat(upstream.visits()).hasSize(2);
        }
    }

    @Test
    void aJobThatStillRunsIsNotStartedTwice() throws Exception {
        // A second job shows that the timetable has looked at the clock.
        Files.writeString(
                folder.resolve("jobs.d/other.yaml"),
                Files.readString(folder.resolve("jobs.d/scout.yaml"))
                        .replace("name: scout", "name: other")
                        .replace("v3.2", "chat-like"));
        CountDownLatch slow = new CountDownLatch(1);
        upstream.on("deepseek/deepseek-v3.2", visit -> {
            slow.await();
            Answers.of("late").play(visit);
        });
        try (Running _ = new Running()) {
            clock.set("2026-11-20T08:30:00Z");
            awaitWhole("other", 1);
            clock.set("2026-11-20T09:30:01Z");
            awaitWhole("other", 2);
            clock.set("2026-11-20T10:30:01Z");
            awaitWhole("other", 3);
            assertThat(upstream.visits())
                    .filteredOn(visit -> visit.request().model().equals("deepseek-v3.2"))
                    .hasSize(1);
            slow.countDown();
            awaitWhole(1);
            clock.set("2026-11-20T11:30:01Z");
            awaitWhole(2);
        }
    }

    @Test
    void aRunThatWasMissedIsLeftOut() throws Exception {
        new Running().close();
        clock.set("2026-11-20T10:00:00Z");
        try (Running _ = new Running()) {
            await("the missed time is passed over", () -> next("scout").equals(Instant.parse("2026-11-20T10:30:00Z")));
            assertThat(runs()).isEmpty();
            clock.set("2026-11-20T10:30:00Z");
            awaitWhole(1);
        }
        assertThat(upstream.visits()).hasSize(1);
    }

    @Test
    void aRunThatWasMissedIsRunOnceWhereTheJobSaysSo() throws Exception {
        job("run");
        new Running().close();
        clock.set("2026-11-20T11:00:00Z"); // Three times have passed.
        try (Running _ = new Running()) {
            awaitWhole(1);
            clock.set("2026-11-20T11:30:00Z");
            awaitWhole(2);
        }
        assertThat(upstream.visits()).hasSize(2);
    }

    @Test
    void aGatewayThatEndsLeavesARunThatIsGoneOnWithAfterIt() throws Exception {
        job("run");
        Files.writeString(
                folder.resolve("jobs.d/rows.jsonl"),
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}\n".repeat(30));
        CountDownLatch stopped = new CountDownLatch(1);
        upstream.on("deepseek", visit -> {
            if (upstream.visits().size() >= 5) {
                stopped.await();
            }
            Answers.of("slow").play(visit);
        });
        try (Running running = new Running()) {
            clock.set("2026-11-20T08:30:00Z");
            await("five calls are made", () -> upstream.visits().size() >= 5);
            running.jobs.stop();
            stopped.countDown();
        }
        assertThat(runs()).singleElement().extracting(RunFolder.Run::whole).isEqualTo(false);
        String run = runs().getFirst().id();
        try (Running _ = new Running()) {
            awaitWhole(1);
        }
        assertThat(runs()).singleElement().extracting(RunFolder.Run::id).isEqualTo(run);
        assertThat(upstream.visits()).as("calls under way were let end").hasSize(30);
    }

    @Test
    void aMistakeInAJobStopsTheStart() throws IOException {
        job("perhaps");
        assertThatThrownBy(() -> new Running())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("scout.yaml:2: schedule.missed: must be 'run' or 'skip'");
    }

    @Test
    void twoJobsOfOneNameAreRefused() throws IOException {
        Files.copy(folder.resolve("jobs.d/scout.yaml"), folder.resolve("jobs.d/again.yaml"));
        assertThatThrownBy(() -> new Running())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("there is a job 'scout' already");
    }

    @Test
    void withoutJobsNothingOfTheSchedulerIsLoaded() throws Exception {
        Path classes = folder.resolve("classes.txt");
        Path settings = Files.writeString(
                folder.resolve("sluice.yaml"),
                "data: " + folder.resolve("data") + "\nlisten: {port: 0, loops: 1}\nproviders: {sandbox: {}}\n");
        try (ChildProgram serve = ChildProgram.start(
                folder, List.of("-Xlog:class+load:file=" + classes), "serve", "--config", settings.toString())) {
            TestGateway.await("it is ready", () -> read(serve).contains("is ready at"));
            serve.terminate();
            assertThat(serve.exit()).isZero();
        }
        assertThat(Files.readString(classes))
                .contains("dev.sluice.Wiring")
                .doesNotContain("kagkarlsson")
                .doesNotContain("cronutils")
                .doesNotContain("dev.sluice.job.run.JobRunner");
    }

    private static String read(ChildProgram program) {
        try {
            return program.out();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withoutJobsThereIsNoService() {
        Settings settings = SettingsReader.read("test", SettingsFile.parse("test", "", NOTHING::get), NOTHING);
        assertThat(JobService.of(settings, NOTHING, Clocks.SYSTEM)).isEqualTo(Optional.empty());
    }
}
