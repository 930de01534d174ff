package dev.sluice.provider;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a connection is kept for its next request. */
final class KeepAlive {
    /** Where the provider does not say. */
    static final Duration USUAL = Duration.ofSeconds(30);

    private static final Pattern TIMEOUT =
            Pattern.compile("(?:^|.*[,;\\s])timeout=(\\d{1,5})(?:$|[,;\\s].*)", Pattern.CASE_INSENSITIVE);

    private KeepAlive() {}

    /** @param header the value of {@code keep-alive}, such as {@code timeout=5, max=1000} */
    static Duration told(Optional<String> header) {
        return header.map(TIMEOUT::matcher)
                .filter(Matcher::matches)
                .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1))))
                .orElse(USUAL);
    }
}
