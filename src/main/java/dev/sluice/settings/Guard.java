package dev.sluice.settings;

import dev.sluice.account.IssuedKey;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.http.GatewayServer;
import java.util.List;

/** Settings that would let others in without a key are refused. */
public final class Guard {
    private Guard() {}

    /**
     * @param file what they were read from, so that a mistake is told with its place
     * @throws SettingsException where others could get in without a key
     */
    public static void refuseUnguarded(Settings settings, Section file) {
        boolean clients = !GatewayServer.isLoopback(settings.listening().host());
        boolean administrators = settings.administration().port().isPresent()
                && !GatewayServer.isLoopback(settings.administration().host());
        if (!clients && !administrators) {
            return;
        }
        List<IssuedKey> made = KeySettings.made(settings);
        if (clients && settings.keys().isEmpty() && made.isEmpty()) {
            throw unguarded(
                    file.section("listen"),
                    settings.listening().host(),
                    "listening on " + settings.listening().host()
                            + " lets others in, so clients need keys: make one with 'sluice key create', add 'keys' to"
                            + " the settings file, or listen on 127.0.0.1");
        }
        if (administrators && !hasAdministrator(settings, made)) {
            throw unguarded(
                    file.section("admin"),
                    settings.administration().host(),
                    "admin.host " + settings.administration().host()
                            + " lets others in, so it needs a key: set 'admin.key', or make one with 'sluice key create --admin'");
        }
    }

    /** With its place in the file, where the file and not the command line says it. */
    private static SettingsException unguarded(Section section, String host, String words) {
        boolean written = section.value("host", Settings.Listening::address)
                .filter(host::equals)
                .isPresent();
        return written ? section.wrong("host", words) : new SettingsException(words);
    }

    private static boolean hasAdministrator(Settings settings, List<IssuedKey> made) {
        return settings.administration().key().isPresent()
                || settings.keys().stream().anyMatch(key -> key.key().rights().admin())
                || made.stream().anyMatch(issued -> issued.key().rights().admin());
    }
}
