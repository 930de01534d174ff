package dev.sluice.command;

import dev.sluice.config.SettingsException;
import dev.sluice.job.Job;
import dev.sluice.job.JobFile;
import dev.sluice.job.JobList;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.time.Clocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

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
final class JobCommand {
    /** The job that is named on the command line. */
    static final class Named {
        @Parameters(paramLabel = "FILE|NAME", description = "The job's file, or its name in the settings.")
        private String words = "";

        /** @throws SettingsException where there is none, or a mistake in it */
        Job among(Settings settings) {
            Environment environment = Environment.ofThisProcess();
            Instant now = Clocks.SYSTEM.wall().instant();
            Path file = Path.of(words);
            if (Files.isRegularFile(file)) {
                return JobFile.read(file, environment::get, now);
            }
            if (words.contains("/") || words.endsWith(".yaml")) {
                throw new SettingsException("there is no file " + words);
            }
            return JobList.read(settings.jobs(), environment::get, now).get(words);
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
