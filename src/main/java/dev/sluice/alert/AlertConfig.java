package dev.sluice.alert;

import dev.sluice.config.Secret;
import dev.sluice.limit.Backoff;
import dev.sluice.model.Money;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Whom to tell, and from when on.
 *
 * @param webhook an address that takes Slack's {@code {"text": ...}}; a secret, for who knows it can write there
 * @param inDoubt how much money may hang on attempts in doubt before somebody is told
 * @param retry how often and how patiently a webhook that fails is tried again
 * @param patience how long one try may take
 */
public record AlertConfig(Optional<Secret> webhook, Money inDoubt, Backoff retry, Duration patience) {
    public static final AlertConfig DEFAULT = new AlertConfig(
            Optional.empty(),
            new Money(1_000_000_000L),
            new Backoff(5, Duration.ofSeconds(1), Duration.ofMinutes(1)),
            Duration.ofSeconds(10));

    public AlertConfig {
        webhook.ifPresent(text -> address(text.reveal()));
        if (inDoubt.nanos() < 0) {
            throw new IllegalArgumentException("in-doubt must not be negative");
        }
    }

    /** Where the webhook is. */
    public Optional<URI> address() {
        return webhook.map(text -> address(text.reveal()));
    }

    /** The text may be a secret, so no message repeats it. */
    private static URI address(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("the webhook is not a web address");
        }
        throw new IllegalArgumentException(
                "the webhook must be an http or https address with a host and without a name or password in it");
    }
}
