package dev.sluice.settings;

import dev.sluice.config.SettingsException;
import dev.sluice.model.Dialect;
import dev.sluice.provider.Kind;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server stands by the environment variable of its kind. Pure. */
final class NamedAddress {
    private static final String OLLAMA_PORT = "11434";
    private static final Pattern WHOLE = Pattern.compile("(?i)https?://.*");
    private static final Pattern AROUND = Pattern.compile("^[\\s\"']+|[\\s\"']+$");
    private static final Pattern BARE_IPV6 = Pattern.compile("(?i)[0-9a-f]*(:[0-9a-f.]*){2,}");
    private static final Pattern OLLAMA =
            Pattern.compile("(?i)(https?://)?(\\[[0-9a-f:.]+]|[^\\[\\]:/]*)(?::(\\d+))?(/.*)?");

    private NamedAddress() {}

    /**
     * Only Ollama's own variable may leave something out. Elsewhere a guess could send a key in plain text, or to a
     * stranger's port.
     *
     * @throws SettingsException which does not repeat what is written, for that may be a key in the wrong place
     */
    static URI of(Kind kind, String written) {
        boolean ollama = kind.local() && kind.dialect() == Dialect.OLLAMA;
        Optional<String> whole = ollama ? ollamas(written) : Optional.of(written.strip());
        return whole.filter(text -> WHOLE.matcher(text).matches())
                .flatMap(NamedAddress::parsed)
                .orElseThrow(() -> new SettingsException(kind.addressVariable()
                        + " is not an address that can be called; write it like " + kind.address()
                        + (ollama ? ", 127.0.0.1:" + OLLAMA_PORT + " or [::1]:" + OLLAMA_PORT : "")));
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(URI.create(text))
                    .filter(address -> address.getHost() != null)
                    .filter(address -> address.getPort() != 0 && address.getPort() <= 65_535);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /**
     * As Ollama's own client reads it: scheme, host and port may each be left out, and quotes may stand around it. Where
     * a server listens on every address, it is called on this machine's own.
     */
    private static Optional<String> ollamas(String written) {
        String text = AROUND.matcher(written).replaceAll("");
        Matcher parts = OLLAMA.matcher(BARE_IPV6.matcher(text).matches() ? "[" + text + "]" : text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<String> scheme = Optional.ofNullable(parts.group(1));
        String host = switch (parts.group(2)) {
            case "", "0.0.0.0" -> "127.0.0.1";
            case "[::]" -> "[::1]";
            default -> parts.group(2);
        };
        String port = Optional.ofNullable(parts.group(3))
                .or(() -> scheme.isEmpty() ? Optional.of(OLLAMA_PORT) : Optional.empty())
                .map(number -> ":" + number)
                .orElse("");
        return Optional.of(scheme.orElse("http://")
                + host
                + port
                + Optional.ofNullable(parts.group(4)).orElse(""));
    }
}
