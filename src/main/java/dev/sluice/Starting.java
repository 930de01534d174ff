package dev.sluice;

import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.http.GatewayServer;
import dev.sluice.provider.Inquiry;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the settings for a verb: the command line first, then the environment, then the file, then the defaults. */
final class Starting {
    private Starting() {}

    /** @param port from the command line */
    static Settings settings(
            App.SettingsOptions options,
            Optional<Integer> port,
            Optional<String> host,
            Environment environment,
            Inquiry inquiry) {
        Optional<Path> file =
                options.config.or(() -> environment.get("SLUICE_CONFIG").map(Path::of));
        Settings read = file.map(path ->
                        SettingsReader.read(path.toString(), SettingsFile.read(path, environment::get), environment))
                .orElseGet(() -> new Composition(environment, inquiry).compose());
        Settings settings = read.with(
                listening(read.listening(), port, host, environment),
                options.data
                        .or(() -> environment.get("SLUICE_DATA").map(Path::of))
                        .orElse(read.data()));
        refuseUnguarded(settings);
        return settings;
    }

    private static Settings.Listening listening(
            Settings.Listening read, Optional<Integer> port, Optional<String> host, Environment environment) {
        return new Settings.Listening(
                host.or(() -> environment.get("SLUICE_HOST")).orElse(read.host()),
                port.or(() -> environment.get("SLUICE_PORT").map(Starting::port))
                        .orElse(read.port()),
                read.origins(),
                read.loops());
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new SettingsException("SLUICE_PORT must be a number, not '" + text + "'");
        }
    }

    private static void refuseUnguarded(Settings settings) {
        if (!GatewayServer.isLoopback(settings.listening().host())
                && settings.keys().isEmpty()) {
            throw new SettingsException("listening on " + settings.listening().host()
                    + " lets others in, so clients need keys: add 'keys' to the settings file, or listen on 127.0.0.1");
        }
    }
}
