package dev.sluice.settings;

import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.WrittenKey;
import dev.sluice.config.Nearest;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Scope;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.price.PriceRow;
import dev.sluice.routing.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds budgets that no call which is known here can meet. They are named and not refused: a key may be made while the
 * gateway runs, and a provider have models that no price file knows.
 */
final class BudgetNames {
    private BudgetNames() {}

    /** A line for each such budget; none of callers where there are no keys, none of models where servers have their own. */
    static List<String> unmet(Settings settings) {
        List<String> lines = new ArrayList<>(unmetByKeys(settings, named(settings, BudgetNames::isOfKeys)));
        lines.addAll(unmetByModels(settings, named(settings, kind -> kind == Scope.Kind.MODEL)));
        return lines;
    }

    private static List<Scope> named(Settings settings, Predicate<Scope.Kind> kinds) {
        return settings.spending().limits().stream()
                .map(Limit::scope)
                .filter(scope -> !scope.isEach() && kinds.test(scope.kind()))
                .distinct()
                .toList();
    }

    private static List<String> unmetByModels(Settings settings, List<Scope> scopes) {
        boolean open = settings.offer().providers().stream()
                .anyMatch(provider -> provider.isOwn() || ModelMaps.lists(provider.kind()));
        if (scopes.isEmpty() || open) {
            return List.of();
        }
        List<String> models = Stream.concat(
                        settings.offer().chains().values().stream()
                                .flatMap(chain -> chain.hops().stream().map(Hop::model)),
                        rows(settings).stream().map(PriceRow::model))
                .distinct()
                .toList();
        return scopes.stream()
                .filter(scope -> !models.contains(scope.name()))
                .map(scope -> "Nobody here is known to have the model of the budget of " + scope
                        + meant("model/", Nearest.to(scope.name(), models)))
                .toList();
    }

    private static List<PriceRow> rows(Settings settings) {
        return PriceSettings.book(settings.prices(), settings.offer()).rows();
    }

    private static List<String> unmetByKeys(Settings settings, List<Scope> scopes) {
        if (scopes.isEmpty()) {
            return List.of();
        }
        List<ClientKey> keys = Stream.concat(
                        settings.keys().stream().map(WrittenKey::key),
                        KeySettings.made(settings).stream().map(IssuedKey::key))
                .toList();
        return keys.isEmpty()
                ? List.of()
                : scopes.stream()
                        .filter(scope -> keys.stream().noneMatch(key -> meets(scope, key)))
                        .map(scope -> words(scope, keys))
                        .toList();
    }

    private static boolean isOfKeys(Scope.Kind kind) {
        return switch (kind) {
            case TENANT, TEAM, USER, KEY -> true;
            case GATEWAY, TIER, JOB, MODEL, PROVIDER -> false;
        };
    }

    private static boolean meets(Scope scope, ClientKey key) {
        String tenant = key.owner().tenant();
        boolean mayName = scope.kind() == Scope.Kind.USER
                && key.rights().endUsers()
                && (tenant.isEmpty() || scope.name().startsWith(tenant + "/"));
        return mayName || name(scope.kind(), key).equals(scope.name());
    }

    private static String name(Scope.Kind kind, ClientKey key) {
        return switch (kind) {
            case TENANT -> key.owner().tenant();
            case TEAM -> Spender.within(key.owner().tenant(), key.owner().team());
            case USER -> Spender.within(key.owner().tenant(), key.owner().user());
            case KEY -> key.name();
            case GATEWAY, TIER, JOB, MODEL, PROVIDER -> "";
        };
    }

    private static String words(Scope scope, List<ClientKey> keys) {
        List<String> names = keys.stream()
                .map(key -> name(scope.kind(), key))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        String nearest = names.stream()
                .filter(name -> name.endsWith("/" + scope.name()))
                .findFirst()
                .orElseGet(() -> Nearest.to(scope.name(), names));
        String kind = scope.toString().substring(0, scope.toString().indexOf('/') + 1);
        return "No call of any key here can meet the budget of " + scope + meant(kind, nearest);
    }

    private static String meant(String kind, String nearest) {
        return nearest.isEmpty() ? "." : "; did you mean " + kind + nearest + "?";
    }
}
