package dev.sluice.command;

import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.KeyStore;
import dev.sluice.config.Durations;
import dev.sluice.config.SettingsException;
import dev.sluice.settings.KeySettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SpendingReader;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        subcommands = {
            KeyCommand.Create.class,
            KeyCommand.Listed.class,
            KeyCommand.Rotate.class,
            KeyCommand.Revoke.class
        },
        description = {
            "Make, list, renew and end the keys that clients call with.",
            "Works beside a running gateway, which obeys within a second."
        })
final class KeyCommand {
    private static final String ROW = "%-28s %-20s %-16s %-12s %-10s %-20s %s%n";

    /** What to do with the key store. */
    private interface Deed {
        void with(KeyStore store, PrintWriter out) throws IOException;
    }

    private static int run(App.SettingsOptions options, Deed deed) throws IOException {
        try {
            Settings settings = Starting.forReading(options);
            PrintWriter out = options.out();
            deed.with(KeySettings.store(settings, Clocks.SYSTEM.wall()), out);
            out.flush();
            return 0;
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .orElseThrow(
                        () -> new SettingsException("'" + text + "' is not a duration; write such as 90d, 24h or 30m"));
    }

    private static void show(PrintWriter out, KeyStore.Made made) {
        out.println(
                "Key " + made.issued().key().id() + " (" + made.issued().key().name() + "):");
        out.println("  " + made.secret().reveal());
        out.println("It is shown this once and kept nowhere; a lost key can only be rotated.");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make a key and show it, once. Once a key exists, nobody calls without one.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "How logs and reports call it.")
        private String name = "";

        @Option(names = "--tenant", paramLabel = "T", description = "The customer whose calls they are.")
        private String tenant = "";

        @Option(names = "--team", paramLabel = "T", description = "A part of the tenant.")
        private String team = "";

        @Option(names = "--user", paramLabel = "U", description = "The person behind the calls.")
        private String user = "";

        @Option(names = "--tier", paramLabel = "T", description = "The tier whose rules hold.")
        private String tier = "";

        @Option(names = "--job", paramLabel = "J", description = "Booked where a call names no job.")
        private String job = "";

        @Option(
                names = "--model",
                paramLabel = "PATTERN",
                description = "A model it may ask for, * for any characters; again for more. Without: all.")
        private List<String> models = List.of();

        @Option(names = "--expires", paramLabel = "TIME", description = "How long it is good, such as 90d.")
        private Optional<String> expires = Optional.empty();

        @Option(names = "--admin", description = "It may also look at and change the gateway.")
        private boolean admin;

        @Option(names = "--end-users", description = "Its calls may name the end user: x-sluice-user, or 'user'.")
        private boolean endUsers;

        @Override
        public Integer call() throws IOException {
            checkTier(Starting.forReading(options).spending().tiers().keySet());
            return run(
                    options,
                    (store, out) -> show(
                            out,
                            store.create(new KeyStore.Order(
                                    name,
                                    new ClientKey.Owner(tenant, team, user, tier, job),
                                    new ClientKey.Rights(models, endUsers, admin),
                                    expires.map(KeyCommand::duration)))));
        }

        /** Such a key would open nothing, and can be shown no second time. */
        private void checkTier(Set<String> tiers) {
            if (!tier.isEmpty() && !tiers.contains(tier)) {
                throw new SettingsException("--tier: " + SpendingReader.unknownTier(tier, tiers));
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "All keys made here, also those over.")
    static final class Listed implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Override
        public Integer call() throws IOException {
            return run(options, (store, out) -> {
                out.printf(ROW, "ID", "NAME", "TENANT", "TIER", "STATE", "EXPIRES", "MODELS");
                for (IssuedKey issued : store.keys().keys()) {
                    print(out, issued, Clocks.SYSTEM.wall().instant());
                }
            });
        }

        private static void print(PrintWriter out, IssuedKey issued, Instant now) {
            ClientKey key = issued.key();
            out.printf(
                    ROW,
                    key.id(),
                    key.name(),
                    key.owner().tenant().isEmpty() ? "-" : key.owner().tenant(),
                    key.owner().tier().isEmpty() ? "-" : key.owner().tier(),
                    issued.revoked().isPresent()
                            ? "revoked"
                            : issued.isLive(now) ? key.rights().admin() ? "admin" : "live" : "expired",
                    issued.expires()
                            .map(when -> when.toString().substring(0, 10))
                            .orElse("-"),
                    key.rights().models().isEmpty()
                            ? "all"
                            : String.join(" ", key.rights().models()));
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = "Give a key a new secret and show it, once.")
    static final class Rotate implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Parameters(paramLabel = "ID", description = "The key, such as key_0123456789abcdef01234567.")
        private String id = "";

        @Option(names = "--overlap", paramLabel = "TIME", description = "How long the old secret stays good; 24h.")
        private String overlap = "24h";

        @Override
        public Integer call() throws IOException {
            return run(options, (store, out) -> show(out, store.rotate(id, duration(overlap))));
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "End a key for good.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private final App.SettingsOptions options = new App.SettingsOptions();

        @Parameters(paramLabel = "ID", description = "The key, such as key_0123456789abcdef01234567.")
        private String id = "";

        @Override
        public Integer call() throws IOException {
            return run(options, (store, out) -> {
                IssuedKey over = store.revoke(id);
                out.println("Key " + id + " (" + over.key().name() + ") is over.");
            });
        }
    }
}
