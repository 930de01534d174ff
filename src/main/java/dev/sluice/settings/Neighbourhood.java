package dev.sluice.settings;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells addresses of one's own house from those of the wide world, without asking any name server. */
final class Neighbourhood {
    /** Loopback, RFC 1918, RFC 6598 (shared, as overlay networks use it), link-local. */
    private static final Pattern PRIVATE_V4 = Pattern.compile("(127|10)\\..*|192\\.168\\..*|169\\.254\\..*"
            + "|172\\.(1[6-9]|2[0-9]|3[01])\\..*|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\..*|0\\.0\\.0\\.0");

    /** Loopback, unique local (RFC 4193) and link-local. */
    private static final Pattern PRIVATE_V6 = Pattern.compile("\\[(::1|f[cd].*|fe[89ab].*)]");

    /** Names that no public name server answers: RFC 6761, 6762, 8375, ICANN's .internal, and common habits. */
    private static final Pattern PRIVATE_NAME =
            Pattern.compile(".*\\.(localhost|local|internal|home\\.arpa|lan|localdomain|intranet|corp|home)");

    private Neighbourhood() {}

    /** Whether the host is of one's own house by its very name; false where nobody can know. */
    static boolean holds(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        boolean bare = host.indexOf('.') < 0 && host.indexOf(':') < 0;
        return bare
                || PRIVATE_V6.matcher(host).matches()
                || (isV4(host) ? PRIVATE_V4 : PRIVATE_NAME).matcher(host).matches();
    }

    private static boolean isV4(String host) {
        return host.matches("[0-9.]+");
    }
}
