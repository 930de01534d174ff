package dev.sluice.settings;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.Pepper;
import dev.sluice.account.WrittenKey;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.store.keys.KeyFile;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The settings that say who may call and who may administrate, and the key store that goes with them. */
public final class KeySettings {
    private static final String PEPPER = "SLUICE_KEY_PEPPER";

    static final int LEAST_LENGTH = 16;

    private KeySettings() {}

    /**
     * The keys that were made with {@code sluice key create}.
     *
     * @throws SettingsException where their file cannot be read
     */
    static List<IssuedKey> made(Settings settings) {
        try {
            return store(settings, Clocks.SYSTEM.wall()).keys().keys();
        } catch (IOException unreadable) {
            throw new SettingsException(String.valueOf(unreadable.getMessage()));
        }
    }

    /** @param tiers that are set up */
    static List<WrittenKey> keys(Section root, Set<String> tiers) {
        List<WrittenKey> keys = new ArrayList<>();
        Map<String, String> byHash = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (Section section : root.sections("keys")) {
            WrittenKey key = key(section);
            String tier = key.key().owner().tier();
            if (!tier.isEmpty() && !tiers.contains(tier)) {
                throw section.wrong("tier", SpendingReader.unknownTier(tier, tiers));
            }
            if (!names.add(key.key().name())) {
                throw section.wrong(
                        "name",
                        "there is another key '" + key.key().name() + "'; give each a name of its own, because logs,"
                                + " reports and budgets go by it");
            }
            Optional.ofNullable(byHash.put(key.hash(), key.key().name())).ifPresent(other -> {
                throw section.wrong("has the same key as '" + other + "'; give each its own, so that it is known whose"
                        + " calls are whose");
            });
            keys.add(key);
        }
        return keys;
    }

    private static WrittenKey key(Section section) {
        String name = section.text("name").orElseThrow(() -> section.wrong("needs a 'name'"));
        if (name.isBlank()) {
            throw section.wrong("name", "must not be blank");
        }
        if (section.has("hash") && section.has("key")) {
            throw section.wrong("hash", "stands beside 'key', and one of them says it all; take one out");
        }
        Optional<String> secret = section.text("key").filter(key -> !key.isBlank());
        refuseUnsendable(section, secret);
        String hash = section.text("hash")
                .or(() -> secret.map(Accounts::hash))
                .orElseThrow(() -> section.wrong("needs a 'key' (best as ${VARIABLE}) or its SHA-256 as 'hash'"));
        Optional<Instant> expires = section.value("expires", KeySettings::instant);
        if (!hash.matches("[0-9a-f]{64}")) {
            throw section.wrong("hash", "must be 64 characters of lower-case hex");
        }
        try {
            return new WrittenKey(
                    hash, new ClientKey(name, name, owner(section), rights(section)), expires, isShort(secret));
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static void refuseUnsendable(Section section, Optional<String> key) {
        if (key.filter(text -> !fitsAHeader(text)).isPresent()) {
            throw section.wrong(
                    "key", "has characters that no header can carry; use letters, digits and marks of ASCII");
        }
    }

    /** Whether a client can send it: what is not ASCII reaches no server as it was written. */
    static boolean fitsAHeader(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Whether others could find it by trying. */
    static boolean isShort(Optional<String> key) {
        return key.filter(text -> text.length() < LEAST_LENGTH).isPresent();
    }

    private static ClientKey.Owner owner(Section section) {
        return new ClientKey.Owner(
                section.text("tenant").orElse(""),
                section.text("team").orElse(""),
                section.text("user").orElse(""),
                section.text("tier").orElse(""),
                section.text("job").orElse(""));
    }

    private static ClientKey.Rights rights(Section section) {
        return new ClientKey.Rights(
                section.texts("models"), section.flag("end-users", false), section.flag("admin", false));
    }

    private static Instant instant(String text) {
        try {
            return text.length() == "2027-01-31".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException(
                    "must be a day such as 2027-01-31 or a moment such as 2027-01-31T12:00:00Z, not '" + text + "'");
        }
    }

    static Settings.Administration administration(Section section, Environment environment) {
        Optional<String> host = section.value("host", Settings.Listening::address);
        Optional<Integer> port = section.value("port", Settings.Listening::port);
        if (host.isPresent() && port.isEmpty()) {
            throw section.wrong("host", "needs a 'port' beside it");
        }
        Optional<String> key = section.text("key").filter(text -> !text.isBlank());
        refuseUnsendable(section, key);
        return new Settings.Administration(
                host.orElse(Settings.Listening.HOST),
                port,
                key.map(Secret::new),
                environment.get(PEPPER).map(Secret::new));
    }

    /** The store of the keys that are made here. */
    public static KeyFile store(Settings settings, InstantSource clock) {
        Set<String> names =
                settings.keys().stream().map(key -> key.key().name()).collect(Collectors.toUnmodifiableSet());
        return store(settings, () -> names, clock);
    }

    /** @param taken names that no key made here may have, which may change */
    public static KeyFile store(Settings settings, Supplier<Set<String>> taken, InstantSource clock) {
        try {
            return new KeyFile(
                    settings.data(),
                    settings.administration().pepper().map(text -> new Pepper(text.reveal())),
                    taken,
                    clock);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(PEPPER + ": " + wrong.getMessage());
        }
    }

    public static Accounts accounts(Settings settings, InstantSource clock) {
        return new Accounts(settings.keys(), operator(settings), clock);
    }

    /** From now on these keys are good. */
    public static void use(Accounts accounts, Settings settings) {
        accounts.use(settings.keys(), operator(settings));
    }

    private static Optional<String> operator(Settings settings) {
        return settings.administration().key().map(key -> Accounts.hash(key.reveal()));
    }
}
