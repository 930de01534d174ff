package dev.sluice.settings;

import dev.sluice.config.Section;
import dev.sluice.store.redis.RedisAddress;
import java.util.Optional;

/**
 * Where budgets lie of which several gateways draw.
 *
 * @param name begins all keys, so that several installations can use one server
 * @param gateway this gateway's own name; empty for one that is made once and kept in the data folder
 */
public record SharedSettings(RedisAddress redis, String name, Optional<String> gateway) {
    private static final String NAME = "sluice";
    private static final String NAMES = "[a-z0-9][a-z0-9._-]{0,39}";

    /** Empty where nothing is shared. */
    static Optional<SharedSettings> read(Section section) {
        Optional<RedisAddress> redis = section.text("redis")
                .filter(text -> !text.isBlank())
                .flatMap(_ -> section.value("redis", RedisAddress::parse));
        String name = section.value("name", SharedSettings::checked).orElse(NAME);
        Optional<String> gateway = section.text("gateway")
                .filter(text -> !text.isBlank())
                .flatMap(_ -> section.value("gateway", SharedSettings::checked));
        if (redis.isEmpty() && gateway.isPresent()) {
            throw section.wrong("gateway", "is of no use without 'redis': budgets are not shared");
        }
        return redis.map(address -> new SharedSettings(address, name, gateway));
    }

    private static String checked(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException(
                    "must be lower-case letters, digits, dots and dashes, 40 at most, not '" + text + "'");
        }
        return text;
    }

    /** Whether a gateway or an installation can be called so. */
    public static boolean isName(String text) {
        return text.matches(NAMES);
    }

    /** For people; without a password. */
    public String describe() {
        return "through " + redis + " under the name '" + name + "'";
    }
}
