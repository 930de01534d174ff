package dev.sluice.command;

import dev.sluice.http.GatewayServer;
import dev.sluice.job.Job;
import dev.sluice.job.JobList;
import dev.sluice.job.run.JobRunner;
import dev.sluice.job.run.Progress;
import dev.sluice.job.run.RunFolder;
import dev.sluice.job.run.Stop;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.store.schedule.SqliteTimetable;
import dev.sluice.time.Clocks;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of the settings by the clock while the gateway runs. Without jobs nothing of it is loaded: a start
 * should be fast.
 */
final class JobService implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(JobService.class);

    /** A run that begins later than this was missed: the gateway was not there when its time came. */
    private static final Duration LATE = Duration.ofMinutes(2);

    private final Settings settings;
    private final JobList jobs;
    private final Clocks clocks;
    private final Stop stop = new Stop();
    private Optional<SqliteTimetable> timetable = Optional.empty();

    private JobService(Settings settings, JobList jobs, Clocks clocks) {
        this.settings = settings;
        this.jobs = jobs;
        this.clocks = clocks;
    }

    /**
     * Reads the jobs; empty where there are none. Nothing runs yet.
     *
     * @throws dev.sluice.config.SettingsException for a mistake in one of them
     */
    static Optional<JobService> of(Settings settings, Environment environment, Clocks clocks) {
        if (settings.jobs().isEmpty()) {
            return Optional.empty();
        }
        JobList jobs =
                JobList.read(settings.jobs(), environment::get, clocks.wall().instant());
        return Optional.of(new JobService(settings, jobs, clocks));
    }

    /** The folder for results of jobs that name none. */
    static Path results(Settings settings) {
        return settings.jobs().results().orElse(settings.data().resolve("jobs"));
    }

    /** The address under which this process reaches its own server. */
    static URI address(GatewayServer server) {
        return URI.create(server.address().replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:"));
    }

    void start(GatewayServer server) throws IOException {
        JobRunner.Asked asked =
                new JobRunner.Asked(address(server), settings.jobs().key());
        List<SqliteTimetable.Entry> entries = new ArrayList<>();
        for (Job job : jobs.all()) {
            if (job.schedule().isPresent()) {
                RunFolder folder = RunFolder.of(job, results(settings));
                boolean left = job.missed() == Job.Missed.RUN
                        && folder.unfinished(job.name()).isPresent();
                JobRunner runner = new JobRunner(folder, asked, clocks, new SecureRandom());
                entries.add(new SqliteTimetable.Entry(
                        job.name(), job.schedule().get(), left, due -> begin(job, runner, due)));
                LOG.info(
                        "job {} runs next at {}",
                        job.name(),
                        job.schedule().get().next(clocks.wall().instant()).orElse(Instant.MAX));
            }
        }
        if (!entries.isEmpty()) {
            timetable = Optional.of(SqliteTimetable.start(settings.data(), entries, settings.drain(), clocks.wall()));
        }
    }

    private void begin(Job job, JobRunner runner, Instant due) {
        boolean late = Duration.between(due, clocks.wall().instant()).compareTo(LATE) > 0;
        if (late && job.missed() == Job.Missed.SKIP) {
            LOG.warn("job {} was due at {}, when no gateway was running; that run is left out", job.name(), due);
            return;
        }
        JobRunner.Which which = job.missed() == Job.Missed.RUN ? JobRunner.Which.NEXT : JobRunner.Which.NEW;
        LOG.info("job {} begins, due at {}", job.name(), due);
        try {
            tell(job, due, runner.run(job, which, Progress.SILENT, stop));
        } catch (IOException | RuntimeException failed) {
            LOG.error("job {} failed: {}", job.name(), failed.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Job job, Instant due, JobRunner.Ending ending) {
        switch (ending) {
            case JobRunner.Ending.Whole whole ->
                LOG.info(
                        "job {} has ended: run {}, {} rows, {} failed, ${}",
                        job.name(),
                        whole.run(),
                        whole.rows(),
                        whole.failed(),
                        whole.spent());
            case JobRunner.Ending.Unfinished left ->
                LOG.warn(
                        "job {} stopped: run {}, {} of {} rows done, ${} spent, because {}",
                        job.name(),
                        left.run(),
                        left.done(),
                        left.rows(),
                        left.spent(),
                        left.why());
            case JobRunner.Ending.Busy _ -> LOG.warn("job {} still runs; its run of {} is left out", job.name(), due);
            case JobRunner.Ending.Nothing _ -> LOG.info("job {} has nothing to go on with", job.name());
        }
        Instant now = clocks.wall().instant();
        job.schedule()
                .flatMap(schedule -> schedule.next(due))
                .filter(next -> next.isBefore(now))
                .ifPresent(next -> LOG.warn(
                        "job {} was still running at {}; that run, and any other until now, is left out",
                        job.name(),
                        next));
    }

    /** Begins no more rows; those under way may end. */
    void stop() {
        stop.request();
    }

    @Override
    public void close() {
        stop();
        timetable.ifPresent(SqliteTimetable::close);
    }
}
