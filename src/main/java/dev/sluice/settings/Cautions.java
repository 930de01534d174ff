package dev.sluice.settings;

import dev.sluice.account.WrittenKey;
import dev.sluice.http.GatewayServer;
import dev.sluice.ledger.price.PriceFile;
import dev.sluice.ledger.price.PriceRow;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Hop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the settings say and can hardly mean. It is named and not refused: somebody may be about to make it true. */
public final class Cautions {
    private Cautions() {}

    /** A line for each, for a start and for the check. */
    public static List<String> of(Settings settings, Instant now) {
        List<String> lines = new ArrayList<>(BudgetNames.unmet(settings));
        for (WrittenKey key : settings.keys()) {
            key.expires()
                    .filter(end -> !end.isAfter(now))
                    .ifPresent(end -> lines.add(
                            "The key '" + key.key().name() + "' is over since " + end + ": it opens nothing."));
        }
        lines.addAll(shortKeys(settings));
        if (settings.offer().mode() == BackendMode.VLLM && !ModelMaps.hasBackend(settings.offer(), BackendMode.VLLM)) {
            lines.add("Backend mode is vllm, and there is no provider of the kind vllm: nobody serves the names that no"
                    + " chain lists.");
        }
        return lines;
    }

    private static List<String> shortKeys(Settings settings) {
        List<String> lines = new ArrayList<>();
        String host = settings.listening().host();
        boolean open = !GatewayServer.isLoopback(host);
        String words = " has fewer than " + KeySettings.LEAST_LENGTH + " characters, and others can try keys at ";
        if (open) {
            settings.keys().stream()
                    .filter(WrittenKey::isShort)
                    .forEach(key -> lines.add("The key '" + key.key().name() + "'" + words + host + "."));
        }
        Settings.Administration administration = settings.administration();
        boolean apart = administration.port().isPresent();
        String place = apart ? administration.host() : host;
        Optional<String> key = administration.key().map(secret -> secret.reveal());
        if (KeySettings.isShort(key) && !GatewayServer.isLoopback(place)) {
            lines.add("admin.key" + words + place + ".");
        }
        return lines;
    }

    /** Sellers in the user's own price file that nobody here is, which a slip of the pen makes. */
    public static List<String> unknownSellers(Settings settings) throws IOException {
        if (settings.prices().isEmpty()) {
            return List.of();
        }
        Path file = settings.prices().get();
        Set<String> known = new HashSet<>();
        for (ProviderConfig provider : settings.offer().providers()) {
            known.addAll(provider.sellers());
            known.add(provider.name());
        }
        settings.offer().keyless().forEach(left -> known.add(left.provider()));
        settings.spending().rules().baseline().map(Hop::provider).ifPresent(known::add);
        return PriceFile.read(file, Prices.freeSellers(settings.offer().providers())).stream()
                .map(PriceRow::provider)
                .distinct()
                .filter(seller -> !known.contains(seller))
                .map(seller ->
                        "Prices of '" + seller + "' in " + file + " are never charged: there is no such provider here.")
                .toList();
    }
}
