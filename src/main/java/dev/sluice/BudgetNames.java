package dev.sluice;

import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.WrittenKey;
import dev.sluice.config.Nearest;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Scope;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds budgets that no key which is known here can meet. They are named and not refused: the key may be made while the
 * gateway runs.
 */
final class BudgetNames {
    private BudgetNames() {}

    /** A line for each such budget; none where there are no keys at all. */
    static List<String> unmet(Settings settings) {
        List<Scope> scopes = settings.allowances().limits().stream()
                .map(Limit::scope)
                .filter(scope -> !scope.isEach() && isOfKeys(scope.kind()))
                .distinct()
                .toList();
        if (scopes.isEmpty()) {
            return List.of();
        }
        List<ClientKey> keys = Stream.concat(
                        settings.keys().stream().map(WrittenKey::key),
                        Starting.madeKeys(settings).stream().map(IssuedKey::key))
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
        boolean mayName = scope.kind() == Scope.Kind.USER
                && key.rights().endUsers()
                && scope.name().startsWith(within(key, ""));
        return mayName || name(scope.kind(), key).equals(scope.name());
    }

    private static String name(Scope.Kind kind, ClientKey key) {
        return switch (kind) {
            case TENANT -> key.owner().tenant();
            case TEAM -> within(key, key.owner().team());
            case USER -> within(key, key.owner().user());
            case KEY -> key.name();
            case GATEWAY, TIER, JOB, MODEL, PROVIDER -> "";
        };
    }

    private static String within(ClientKey key, String name) {
        return key.owner().tenant().isEmpty() ? name : key.owner().tenant() + "/" + name;
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
        return "No call of any key here can meet the budget of " + scope
                + (nearest.isEmpty() ? "." : "; did you mean " + kind + nearest + "?");
    }
}
