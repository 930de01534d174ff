package dev.sluice.http;

import dev.sluice.account.ClientKey;
import dev.sluice.account.KeyStore;
import dev.sluice.config.Durations;
import dev.sluice.dialect.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what an administrator wants done with keys. A field that is not on the list is refused by name. */
final class KeyOrders {
    private static final Set<String> TEXTS =
            Set.of("name", "tenant", "team", "user", "tier", "job", "expires", "overlap");
    private static final Set<String> FLAGS = Set.of("end_users", "admin");
    private static final String MODELS = "models";
    private static final Set<String> OF_CREATE =
            Set.of("name", "tenant", "team", "user", "tier", "job", "expires", MODELS, "end_users", "admin");
    private static final Duration OVERLAP = Duration.ofHours(24);

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();
    private final List<String> models = new ArrayList<>();

    private KeyOrders() {}

    /**
     * A key to be made.
     *
     * @param tiers those that are set up
     * @throws IllegalArgumentException with what is wrong, for the administrator
     */
    static KeyStore.Order create(byte[] body, Set<String> tiers) {
        KeyOrders read = read(body, OF_CREATE);
        read.checkTier(tiers);
        return new KeyStore.Order(
                read.text("name"),
                new ClientKey.Owner(
                        read.text("tenant"), read.text("team"), read.text("user"), read.text("tier"), read.text("job")),
                new ClientKey.Rights(
                        read.models,
                        read.flags.getOrDefault("end_users", false),
                        read.flags.getOrDefault("admin", false)),
                read.duration("expires"));
    }

    /**
     * How long the older secret stays good; a day where the body is empty or does not say.
     *
     * @throws IllegalArgumentException with what is wrong, for the administrator
     */
    static Duration overlap(byte[] body) {
        return body.length == 0
                ? OVERLAP
                : read(body, Set.of("overlap")).duration("overlap").orElse(OVERLAP);
    }

    /** A key of another tier would open nothing, and can be shown no second time. */
    private void checkTier(Set<String> tiers) {
        String tier = text("tier");
        if (!tier.isEmpty() && !tiers.contains(tier)) {
            throw new IllegalArgumentException(
                    tiers.isEmpty()
                            ? "'tier' must be left out: the settings have no 'tiers'"
                            : "'tier' must be one of those under 'tiers' in the settings: "
                                    + String.join(", ", new TreeSet<>(tiers)));
        }
    }

    private String text(String name) {
        return texts.getOrDefault(name, "");
    }

    private Optional<Duration> duration(String name) {
        return Optional.ofNullable(texts.get(name))
                .map(text -> Durations.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + name + "' must be a duration such as 90d, 24h or 30m")));
    }

    private static KeyOrders read(byte[] body, Set<String> allowed) {
        KeyOrders orders = new KeyOrders();
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("send one JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (!allowed.contains(name)) {
                    throw new IllegalArgumentException("'" + name + "' is not a field here");
                }
                if (!seen.add(name)) {
                    throw new IllegalArgumentException("'" + name + "' is there twice");
                }
                orders.take(name, parser.nextToken(), parser);
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("send one JSON object");
            }
            return orders;
        } catch (JacksonException _) {
            throw new IllegalArgumentException("the body is not valid JSON");
        }
    }

    private void take(String name, JsonToken token, JsonParser parser) {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (TEXTS.contains(name) && token == JsonToken.VALUE_STRING) {
            texts.put(name, parser.getString());
        } else if (FLAGS.contains(name) && token.isBoolean()) {
            flags.put(name, parser.getBooleanValue());
        } else if (name.equals(MODELS) && token == JsonToken.START_ARRAY) {
            models.clear();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                models.add(parser.getString());
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw new IllegalArgumentException("'" + name + "' must be a list of strings");
            }
        } else {
            throw new IllegalArgumentException("'" + name + "' must be "
                    + (FLAGS.contains(name)
                            ? "true or false"
                            : name.equals(MODELS) ? "a list of strings" : "a string"));
        }
    }
}
