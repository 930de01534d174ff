package dev.sluice.command;

import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.http.GatewayServer;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Composition;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Guard;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Finds the settings for a verb: the command line first, then the environment, then the file, then the defaults. */
final class Starting {
    /** As good as not at all: for verbs that ask no model, it does not matter which local servers run. */
    private static final Duration GLANCE = Duration.ofMillis(1);

    private Starting() {}

    /** The settings as written, for a verb that lets nobody in and asks no model. */
    static Settings forReading(App.SettingsOptions options) {
        try (Inquiry inquiry = new Inquiry(GLANCE)) {
            return unguarded(options, Optional.empty(), Optional.empty(), Environment.ofThisProcess(), inquiry);
        }
    }

    /**
     * The same for a verb that reads the ledger.
     *
     * @throws SettingsException where there is none
     */
    static Settings forLedger(App.SettingsOptions options) {
        Settings settings = forReading(options);
        if (!Files.isDirectory(settings.data())) {
            throw new SettingsException("there is no data in " + settings.data() + "; name the folder with --data");
        }
        return settings;
    }

    /** The settings for a verb that asks models but does not say where to listen. */
    static Settings settings(App.SettingsOptions options, Inquiry inquiry) {
        return settings(options, Optional.empty(), Optional.empty(), Environment.ofThisProcess(), inquiry);
    }

    /**
     * @param port from the command line
     * @throws SettingsException also where others could get in without a key
     */
    static Settings settings(
            App.SettingsOptions options,
            Optional<Integer> port,
            Optional<String> host,
            Environment environment,
            Inquiry inquiry) {
        Written written = written(options, port, host, environment, inquiry);
        refuseOnePortForBoth(written);
        Guard.refuseUnguarded(written.settings(), written.file());
        return written.settings();
    }

    /** The settings as written, also where keys are still missing: for the verb that makes them. */
    static Settings unguarded(
            App.SettingsOptions options,
            Optional<Integer> port,
            Optional<String> host,
            Environment environment,
            Inquiry inquiry) {
        return written(options, port, host, environment, inquiry).settings();
    }

    /** @param file what they were read from; without any key where there is none */
    private record Written(Settings settings, Section file) {}

    private static Written written(
            App.SettingsOptions options,
            Optional<Integer> port,
            Optional<String> host,
            Environment environment,
            Inquiry inquiry) {
        Optional<Path> path = file(options, environment);
        Section file =
                path.map(found -> SettingsFile.read(found, environment::get)).orElseGet(Section::empty);
        Settings read = path.map(found -> SettingsReader.read(found.toString(), file, environment))
                .orElseGet(() -> new Composition(environment, inquiry).compose());
        Settings settings = read.with(
                listening(read.listening(), port, host, environment),
                options.data
                        .or(() -> environment.get("SLUICE_DATA").map(Path::of))
                        .orElse(read.data()));
        return new Written(settings, file);
    }

    /** The settings file; empty where there is none and the environment is looked at. */
    static Optional<Path> file(App.SettingsOptions options, Environment environment) {
        return options.config.or(() -> environment.get("SLUICE_CONFIG").map(Path::of));
    }

    private static Settings.Listening listening(
            Settings.Listening read, Optional<Integer> port, Optional<String> host, Environment environment) {
        return new Settings.Listening(
                host.map(text -> said("--host", text, Settings.Listening::address))
                        .or(() -> environment
                                .get("SLUICE_HOST")
                                .map(text -> said("SLUICE_HOST", text, Settings.Listening::address)))
                        .orElse(read.host()),
                port.or(() -> environment
                                .get("SLUICE_PORT")
                                .map(text -> said("SLUICE_PORT", text.strip(), Settings.Listening::port)))
                        .orElse(read.port()),
                read.origins(),
                read.loops(),
                read.transport());
    }

    /** What the command line or the environment says, with a mistake told by its name. */
    private static <T> T said(String name, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(name + " " + wrong.getMessage());
        }
    }

    /** The second to open it would fail, after the ledger was opened, and name no setting. */
    private static void refuseOnePortForBoth(Written written) {
        Settings.Administration administration = written.settings().administration();
        Settings.Listening clients = written.settings().listening();
        boolean both = administration
                .port()
                .filter(port -> port > 0 && port == clients.port())
                .isPresent();
        if (both && GatewayServer.overlap(clients.host(), administration.host())) {
            throw written.file()
                    .section("admin")
                    .wrong(
                            "port",
                            clients.port() + " is that of the clients' listener, too: write another one, or take"
                                    + " 'port' out to have both in one place");
        }
    }
}
