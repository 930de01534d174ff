package dev.sluice.command;

import dev.sluice.Counted;
import dev.sluice.config.Secret;
import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.Schedule;
import dev.sluice.job.Survey;
import dev.sluice.job.run.JobRunner;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.ProgressBar;
import dev.sluice.job.run.RunFolder;
import dev.sluice.job.run.Stop;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.time.Clocks;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Run a job to its end. Each row is one call through the gateway, booked on the job and the run.",
            "",
            "A run that was stopped (Ctrl-C, its budget, its deadline) or killed goes on where it stood when the same",
            "command is given again: rows that have ended are not asked twice.",
            "",
            "Exit code 0 where every row was answered, 3 where some failed, 4 where rows are left, 2 for a mistake in",
            "the job or the settings. After a signal it is the signal's own: 130 for Ctrl-C, 143 for SIGTERM."
        })
final class JobRunCommand implements Callable<Integer> {
    private static final int SOME_FAILED = 3;
    private static final int ROWS_LEFT = 4;
    private static final int SHOWN = 3;
    private static final Duration LOOK_ROUND = Duration.ofMillis(400);

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Mixin
    private final JobCommand.Named named = new JobCommand.Named();

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = {
                "The gateway to ask. Without: the one that runs with these settings;",
                "where none does, one of its own for as long as the run lasts."
            })
    private Optional<URI> gateway = Optional.empty();

    @Option(names = "--key", paramLabel = "KEY", description = "What to show the gateway; SLUICE_KEY; jobs.key.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--resume", description = "Only go on with an unfinished run; do nothing where there is none.")
    private boolean resume;

    @Option(names = "--new", description = "Begin a new run, even where an unfinished one was left.")
    private boolean fresh;

    @Option(names = "--dry-run", description = "Ask nothing: check the job and all its rows, show what would be sent.")
    private boolean dry;

    @Override
    public Integer call() throws Exception {
        if (resume && fresh) {
            throw new SettingsException("--resume and --new contradict each other");
        }
        Inquiry inquiry = new Inquiry(LOOK_ROUND);
        Settings settings = Starting.settings(options, inquiry);
        Job job = named.among(settings);
        if (dry) {
            return dryRun(job);
        }
        LogSetup.accessLog(settings.accessLog());
        Stop stop = new Stop();
        CountDownLatch closed = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            NextSignal.endsAtOnce(); // What has ended is on disk, so a second signal loses nothing.
            stop.request();
            awaitQuietly(closed);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(settings, inquiry, job, stop);
        } finally {
            LogSetup.flush();
            closed.countDown();
        }
    }

    private int run(Settings settings, Inquiry inquiry, Job job, Stop stop) throws IOException, InterruptedException {
        Optional<Secret> shown =
                key.or(() -> Environment.ofThisProcess().get("SLUICE_KEY")).map(Secret::new);
        RunFolder folder = RunFolder.of(job, JobService.results(settings));
        Optional<Console> console = Optional.ofNullable(System.console());
        boolean terminal = console.isPresent() && console.get().isTerminal();
        ProgressBar progress = new ProgressBar(System.err, terminal, Clocks.SYSTEM.ticker());
        JobRunner.Which wanted =
                fresh ? JobRunner.Which.NEW : resume ? JobRunner.Which.UNFINISHED : JobRunner.Which.NEXT;
        try (GatewayLink link = GatewayLink.open(settings, inquiry, gateway, shown)) {
            System.err.println(job.name() + ": " + link.words());
            JobRunner runner = new JobRunner(folder, link.asked(), Clocks.SYSTEM, new SecureRandom());
            return told(job, runner.run(job, wanted, progress, stop));
        }
    }

    private int told(Job job, Ending ending) {
        PrintWriter out = options.out();
        int code = switch (ending) {
            case Ending.Whole whole -> {
                out.println(job.name() + ": run " + whole.run() + " is whole: " + Counted.of(whole.rows(), "row") + ", "
                        + whole.failed() + " failed, $" + whole.spent());
                out.println("Results: " + whole.results());
                out.println("More:    sluice job report " + named + options.again());
                yield whole.failed() == 0 ? 0 : SOME_FAILED;
            }
            case Ending.Unfinished left -> {
                out.println(job.name() + ": run " + left.run() + " stopped after " + left.done() + " of " + left.rows()
                        + (left.rows() == 1 ? " row" : " rows") + " ($" + left.spent() + "): " + left.why());
                out.println("Go on:   sluice job run " + named + options.again()
                        + gateway.map(address -> " --gateway " + address).orElse(""));
                yield ROWS_LEFT;
            }
            case Ending.Busy _ -> {
                out.println(job.name() + " runs already");
                yield ROWS_LEFT;
            }
            case Ending.Nothing _ -> {
                out.println(job.name() + " has no unfinished run");
                yield 0;
            }
        };
        out.flush();
        return code;
    }

    private int dryRun(Job job) throws IOException {
        PrintWriter out = options.out();
        Survey survey = Survey.of(job);
        out.println(job.name() + ": " + Counted.of(survey.rows(), "row") + ", " + survey.badRows() + " of them bad");
        survey.bad().forEach(bad -> out.println("  line " + bad.line() + ": " + bad.why()));
        survey.first()
                .ifPresent(row ->
                        out.println("First call: " + new String(row.call().body(), StandardCharsets.UTF_8)));
        job.schedule().ifPresent(schedule -> times(out, schedule));
        out.flush();
        return survey.badRows() == 0 ? 0 : SOME_FAILED;
    }

    private static void times(PrintWriter out, Schedule schedule) {
        Instant now = Clocks.SYSTEM.wall().instant();
        Optional<Instant> next = schedule.next(now);
        for (int i = 0; i < SHOWN && next.isPresent(); i++) {
            out.println("Next run:   " + next.get().atZone(schedule.zone()));
            next = schedule.next(next.get());
        }
        YearMonth month = YearMonth.from(now.atZone(schedule.zone()));
        out.println("Runs in " + month + ": " + schedule.times(month).size());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
