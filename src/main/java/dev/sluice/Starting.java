package dev.sluice;

import dev.sluice.account.IssuedKey;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.http.GatewayServer;
import dev.sluice.provider.Inquiry;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
        Settings settings = unguarded(options, port, host, environment, inquiry);
        refuseUnguarded(settings);
        return settings;
    }

    /** The settings as written, also where keys are still missing: for the verb that makes them. */
    static Settings unguarded(
            App.SettingsOptions options,
            Optional<Integer> port,
            Optional<String> host,
            Environment environment,
            Inquiry inquiry) {
        Settings read = file(options, environment)
                .map(path ->
                        SettingsReader.read(path.toString(), SettingsFile.read(path, environment::get), environment))
                .orElseGet(() -> new Composition(environment, inquiry).compose());
        return read.with(
                listening(read.listening(), port, host, environment),
                options.data
                        .or(() -> environment.get("SLUICE_DATA").map(Path::of))
                        .orElse(read.data()));
    }

    /** The settings file; empty where there is none and the environment is looked at. */
    static Optional<Path> file(App.SettingsOptions options, Environment environment) {
        return options.config.or(() -> environment.get("SLUICE_CONFIG").map(Path::of));
    }

    private static Settings.Listening listening(
            Settings.Listening read, Optional<Integer> port, Optional<String> host, Environment environment) {
        return new Settings.Listening(
                host.or(() -> environment.get("SLUICE_HOST")).orElse(read.host()),
                port.or(() -> environment.get("SLUICE_PORT").map(Starting::port))
                        .orElse(read.port()),
                read.origins(),
                read.loops(),
                read.transport());
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new SettingsException("SLUICE_PORT must be a number, not '" + text + "'");
        }
    }

    /** @throws SettingsException where others could get in without a key */
    static void refuseUnguarded(Settings settings) {
        boolean clients = !GatewayServer.isLoopback(settings.listening().host());
        boolean administrators = settings.administration().port().isPresent()
                && !GatewayServer.isLoopback(settings.administration().host());
        if (!clients && !administrators) {
            return;
        }
        List<IssuedKey> made = madeKeys(settings);
        if (clients && settings.keys().isEmpty() && made.isEmpty()) {
            throw new SettingsException("listening on " + settings.listening().host()
                    + " lets others in, so clients need keys: make one with 'sluice key create', add 'keys' to the"
                    + " settings file, or listen on 127.0.0.1");
        }
        if (administrators && !hasAdministrator(settings, made)) {
            throw new SettingsException(
                    "admin.host " + settings.administration().host()
                            + " lets others in, so it needs a key: set 'admin.key', or make one with 'sluice key create --admin'");
        }
    }

    private static boolean hasAdministrator(Settings settings, List<IssuedKey> made) {
        return settings.administration().key().isPresent()
                || settings.keys().stream().anyMatch(key -> key.key().rights().admin())
                || made.stream().anyMatch(issued -> issued.key().rights().admin());
    }

    private static List<IssuedKey> madeKeys(Settings settings) {
        try {
            return KeySettings.store(settings, Clocks.SYSTEM.wall()).keys().keys();
        } catch (IOException unreadable) {
            throw new SettingsException(String.valueOf(unreadable.getMessage()));
        }
    }
}
