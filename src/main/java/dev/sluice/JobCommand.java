package dev.sluice;

import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.JobFile;
import dev.sluice.job.JobList;
import dev.sluice.time.Clocks;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        subcommands = {JobRunCommand.class, JobListCommand.class, JobReportCommand.class},
        description = {
            "Batches of calls: run one, list them, tell of a run.",
            "A job is a small YAML file: which rows, which model, when, and what it may cost (docs/jobs.md)."
        },
        footer = {
            "",
            "Try it:       sluice job run examples/scout.yaml",
            "Look first:   sluice job run examples/scout.yaml --dry-run",
            "Go on:        the same command again; a run that was stopped or killed goes on where it stood",
            "By the clock: put the file into the folder that 'jobs.folder' of the settings names, and run serve"
        })
final class JobCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: run, list or report");
    }

    /** A job by its file or, where the settings know it, by its name. */
    static Job find(String nameOrFile, Settings settings) {
        Environment environment = Environment.ofThisProcess();
        Path file = Path.of(nameOrFile);
        if (Files.isRegularFile(file)) {
            return JobFile.read(file, environment::get, Clocks.SYSTEM.wall().instant());
        }
        if (nameOrFile.contains("/") || nameOrFile.endsWith(".yaml")) {
            throw new SettingsException("there is no file " + nameOrFile);
        }
        return JobList.read(
                        settings.jobs(), environment::get, Clocks.SYSTEM.wall().instant())
                .get(nameOrFile);
    }
}
