package dev.sluice.job.run;

import dev.sluice.config.Secret;
import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.Rows;
import dev.sluice.job.Schedule;
import dev.sluice.job.Survey;
import dev.sluice.model.Money;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Runs a job: each row is one call to a gateway. A run that was stopped or killed is gone on with where it stands: rows
 * that have ended are not asked again, those that were under way are. Thread-safe; a job runs only once at a time.
 */
public final class JobRunner {
    private final RunFolder folder;
    private final Asked asked;
    private final Clocks clocks;
    private final RandomGenerator random;

    /**
     * Who is asked.
     *
     * @param gateway such as {@code http://127.0.0.1:11435}
     */
    public record Asked(URI gateway, Optional<Secret> key) {}

    /** Which run is made. */
    public enum Which {
        /** Goes on with an unfinished one; a new one where there is none. */
        NEXT,
        /** Goes on with an unfinished one; nothing where there is none. */
        UNFINISHED,
        /** A new one, whatever was left. */
        NEW
    }

    /** How a run ended. */
    public sealed interface Ending {

        /**
         * Every row has ended.
         *
         * @param results one line for each row, in the order of the input
         * @param spent in all its starts; what may have been spent counts
         */
        record Whole(String run, Path results, int rows, int failed, Money spent) implements Ending {}

        /** Rows are left; started again, it goes on with them. */
        record Unfinished(String run, int done, int rows, Money spent, String why) implements Ending {}

        /** The job runs already, here or in another process. */
        record Busy() implements Ending {}

        /** There was no unfinished run to go on with. */
        record Nothing() implements Ending {}
    }

    public JobRunner(RunFolder folder, Asked asked, Clocks clocks, RandomGenerator random) {
        this.folder = folder;
        this.asked = asked;
        this.clocks = clocks;
        this.random = random;
    }

    /**
     * Makes a run and waits for its end.
     *
     * @throws SettingsException where the input cannot be read, or is another one than that of the unfinished run
     * @throws IOException where results cannot be written
     */
    public Ending run(Job job, Which which, Progress progress, Stop stop) throws IOException, InterruptedException {
        Optional<RunFolder.Turn> turn = folder.turn(job.name());
        if (turn.isEmpty()) {
            return new Ending.Busy();
        }
        try (RunFolder.Turn _ = turn.get()) {
            Optional<RunFolder.Run> left = which == Which.NEW ? Optional.empty() : folder.unfinished(job.name());
            if (which == Which.UNFINISHED && left.isEmpty()) {
                return new Ending.Nothing();
            }
            Survey survey = Survey.of(job);
            PartFile part = part(job, left, survey);
            try (part) {
                return run(job, part, progress, stop);
            } finally {
                part.discardUntouched();
            }
        }
    }

    private PartFile part(Job job, Optional<RunFolder.Run> left, Survey survey) throws IOException {
        if (left.isEmpty()) {
            RunId id = RunId.begin(free(job.name()), random);
            return PartFile.begin(
                    folder.results(job.name(), id.text()),
                    new PartFile.Head(job.name(), id.text(), survey.fingerprint(), survey.rows()));
        }
        PartFile part = PartFile.resume(left.get().file(), job.onError() == Job.OnError.STOP);
        if (!part.head().fingerprint().equals(survey.fingerprint())) {
            part.close();
            throw new SettingsException(
                    "the unfinished run " + left.get().id() + " of " + job.name()
                            + " was begun with another input, model or template; put that back to go on with it, or begin a new one with --new");
        }
        return part;
    }

    /** Now, or the second after the last run's: their names say which is the newest. */
    private Instant free(String job) throws IOException {
        Instant now = clocks.wall().instant();
        return folder.runs(job).stream()
                .map(run -> run.began().plusSeconds(1))
                .filter(next -> next.isAfter(now))
                .max(Comparator.naturalOrder())
                .orElse(now);
    }

    private Ending run(Job job, PartFile part, Progress progress, Stop stop) throws IOException, InterruptedException {
        String run = part.head().run();
        progress.begun(job.name(), run, part.head().rows(), part.doneRows());
        RunBudget budget = new RunBudget(job.budget(), inMonth(job), part.book().spent());
        Optional<String> why;
        try (GatewayClient gateway = new GatewayClient(asked.gateway(), asked.key());
                Rows rows = Rows.open(job)) {
            why = new JobRun(job, part, rows, gateway, budget, clocks, progress, stop).toTheEnd();
        } finally {
            progress.ended();
        }
        if (part.isWhole()) {
            int failed = part.failedRows();
            return new Ending.Whole(
                    run, part.finish(), part.head().rows(), failed, part.book().spent());
        }
        return new Ending.Unfinished(
                run, part.doneRows(), part.head().rows(), part.book().spent(), why.orElse("it was stopped"));
    }

    /** What the job's runs have spent in this month, this one too; not asked for where there is no bound on the month. */
    private Money inMonth(Job job) throws IOException {
        if (job.budget().month().isEmpty()) {
            return Money.ZERO;
        }
        ZoneId zone = job.schedule().map(Schedule::zone).orElse(Schedule.DEFAULT_ZONE);
        YearMonth month = YearMonth.from(clocks.wall().instant().atZone(zone));
        return folder.spent(job.name(), month, zone);
    }
}
