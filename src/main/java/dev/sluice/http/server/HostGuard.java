package dev.sluice.http.server;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps web pages of others away from a gateway on loopback: a foreign Host (a name that was made to point here) and a
 * foreign Origin (a page that calls across) are refused, as Ollama refuses them.
 */
public final class HostGuard {
    private static final Pattern LOCAL_ORIGIN =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1])(:\\d{1,5})?");
    private static final List<String> APP_SCHEMES =
            List.of("app://", "file://", "tauri://", "vscode-webview://", "vscode-file://");
    private static final Pattern NUMERIC = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    private final boolean loopback;
    private final String ownName;
    private final List<String> origins;

    /** The header that was accepted last: nearly all calls come with the same one. */
    private volatile String accepted = "";

    /**
     * @param loopback whether the gateway listens on loopback only; if not, keys guard it and any Host is accepted
     * @param ownName this machine's name
     * @param origins further origins that may call; {@code *} for all
     */
    public HostGuard(boolean loopback, String ownName, List<String> origins) {
        this.loopback = loopback;
        this.ownName = ownName.toLowerCase(Locale.ROOT);
        this.origins = origins.stream().map(HostGuard::comparable).toList();
    }

    boolean acceptsHost(Optional<String> header) {
        if (!loopback || header.isEmpty()) {
            return header.isPresent();
        }
        if (header.get().equals(accepted)) {
            return true;
        }
        boolean good = isOurs(withoutPort(header.get()));
        if (good) {
            accepted = header.get();
        }
        return good;
    }

    private boolean isOurs(String host) {
        if (NUMERIC.matcher(host).matches()) {
            return isNearby(host);
        }
        return host.equals("localhost")
                || host.equals(ownName)
                || host.endsWith(".localhost")
                || host.endsWith(".local")
                || host.endsWith(".internal");
    }

    private static String withoutPort(String header) {
        int bracket = header.indexOf(']');
        int colon = header.indexOf(':', Math.max(0, bracket));
        return (colon < 0 ? header : header.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    private static boolean isNearby(String address) {
        return address.startsWith("127.")
                || address.startsWith("10.")
                || address.startsWith("192.168.")
                || address.matches("172\\.(1[6-9]|2\\d|3[01])\\..*")
                || address.equals("0.0.0.0")
                || address.equals("[::1]")
                || address.equals("[::]")
                || address.startsWith("[fc")
                || address.startsWith("[fd")
                || address.startsWith("[fe80");
    }

    /** Letters of either case are the same in a scheme and in a host, and an origin has nothing else. */
    private static String comparable(String origin) {
        return origin.toLowerCase(Locale.ROOT);
    }

    boolean acceptsOrigin(String written) {
        String origin = comparable(written);
        return LOCAL_ORIGIN.matcher(origin).matches()
                || APP_SCHEMES.stream().anyMatch(origin::startsWith)
                || origins.contains("*")
                || origins.contains(origin);
    }
}
