package dev.sluice.command;

import dev.sluice.config.SettingsException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program and its verbs. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        versionProvider = App.Version.class,
        subcommands = {
            ServeCommand.class,
            CheckCommand.class,
            ForecastCommand.class,
            JobCommand.class,
            ReportCommand.class,
            KeyCommand.class,
            ReconcileCommand.class,
            BillingCommand.class,
            VersionCommand.class,
            TrainCommand.class
        },
        description = {
            "A gateway for language models: any Ollama or OpenAI client in front,",
            "the cheapest healthy provider behind, every attempt booked and priced."
        },
        footer = {
            "",
            "Start it:            sluice serve",
            "Check settings:      sluice check --config sluice.yaml",
            "See what was spent:  sluice report --by provider"
        })
final class App {
    /** Exit code for mistakes in the settings. */
    static final int BAD_SETTINGS = 2;

    private App() {}

    public static void main(String[] arguments) {
        LogSetup.apply();
        System.exit(ServeCommand.plain(arguments)
                .map(App::run)
                .orElseGet(() -> commandLine().execute(arguments)));
    }

    private static int run(ServeCommand serve) {
        try {
            return serve.call();
        } catch (Exception failure) {
            return told(failure, System.err::println);
        }
    }

    private static int told(Exception failure, Consumer<String> people) {
        people.accept("sluice: " + Optional.ofNullable(failure.getMessage()).orElse(failure.toString()));
        return failure instanceof SettingsException ? BAD_SETTINGS : 1;
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new App())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> told(failure, command.getErr()::println));
        Optional.ofNullable(line.getSubcommands().get("check"))
                .ifPresent(check -> CheckCommand.explain(check.getCommandSpec().usageMessage()));
        return line;
    }

    static String version() {
        return Optional.ofNullable(App.class.getPackage().getImplementationVersion())
                .orElse("0.1.0-dev");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + version()};
        }
    }

    /** What all verbs share that need settings: the options that name them, and where the verb prints. */
    static final class SettingsOptions {
        /** Empty where the library was not needed to read them, and must not be loaded for their sake. */
        private Optional<CommandSpec> verb = Optional.empty();

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "Settings file; SLUICE_CONFIG. Without one, the environment is looked at.")
        Optional<Path> config = Optional.empty();

        @Option(names = "--data", paramLabel = "DIR", description = "Data folder; SLUICE_DATA.")
        Optional<Path> data = Optional.empty();

        @Spec(Spec.Target.MIXEE)
        void setVerb(CommandSpec mixee) {
            verb = Optional.of(mixee);
        }

        /** As they were given, to be given again. */
        String again() {
            return config.map(file -> " --config " + file).orElse("")
                    + data.map(folder -> " --data " + folder).orElse("");
        }

        PrintWriter out() {
            return verb.orElseThrow().commandLine().getOut();
        }

        PrintWriter err() {
            return verb.orElseThrow().commandLine().getErr();
        }
    }
}
