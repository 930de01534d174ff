package dev.sluice.ledger.budget;

import dev.sluice.model.Caller;

/**
 * Who spends, on what.
 *
 * @param provider "" while it is not decided
 * @param model the provider's name of it; "" while it is not decided
 */
public record Spender(Caller caller, String provider, String model) {

    /** Somebody of whom only the caller counts. */
    public static Spender of(Caller caller) {
        return new Spender(caller, "", "");
    }

    /** The name by which it is known to scopes of that kind; "" where it has none. */
    String name(Scope.Kind kind) {
        return switch (kind) {
            case GATEWAY -> "";
            case TENANT -> caller.tenant();
            case TEAM -> within(caller.tenant(), caller.team());
            case USER -> within(caller.tenant(), caller.user());
            case KEY -> caller.name();
            case TIER -> caller.tier();
            case JOB -> within(caller.tenant(), caller.job());
            case MODEL -> model;
            case PROVIDER -> provider;
        };
    }

    /**
     * The name by which limits know a team, a user or a job, "" where there is none. Two tenants may use the same name.
     * Clients name their end users and jobs, so no slash in one may make it somebody else's: one of no tenant begins with another slash, and
     * within a tenant they are doubled.
     *
     * @param tenant "" for none
     */
    public static String within(String tenant, String name) {
        if (tenant.isEmpty()) {
            return name.indexOf('/') < 0 ? name : "/" + name;
        }
        return name.isEmpty() ? name : tenant + "/" + name.replace("/", "//");
    }

    /** On whose part of a limit's room its accounts are: the tenant's, or the key's where there is none. */
    String payer() {
        return caller.tenant().isEmpty() ? "/" + caller.name() : caller.tenant();
    }

    /**
     * Whom a tier's limits count: the person, where one is known, else the key. The key's name ends at the first slash, so
     * those in it are written as in a URL; no key's name has a percent sign of its own.
     */
    String person() {
        String key = caller.name().replace("/", "%2F");
        return caller.user().isEmpty() ? key : key + "/" + caller.user().replace("/", "//");
    }
}
