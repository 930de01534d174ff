package dev.sluice.ledger.budget;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Whom a limit concerns: one name of a kind, or each name of it for itself.
 *
 * @param name such as {@code acme}; {@code *} for each; "" for the gateway, which has no name
 */
public record Scope(Kind kind, String name) {
    /** In place of a name: every one of them has the whole amount for itself. */
    public static final String EACH = "*";

    public static final Scope GATEWAY = new Scope(Kind.GATEWAY, "");

    /** What limits can be set on. */
    public enum Kind {
        GATEWAY,
        TENANT,
        /** Written {@code tenant/team} where the team belongs to a tenant. */
        TEAM,
        /** The person behind a call; written {@code tenant/user} where the key belongs to a tenant. */
        USER,
        KEY,
        TIER,
        /** Written {@code tenant/job} for one tenant's alone; without, every tenant's job of that name, each for itself. */
        JOB,
        MODEL,
        PROVIDER;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Scope {
        if (kind == Kind.GATEWAY ? !name.isEmpty() : name.isBlank()) {
            throw new IllegalArgumentException(
                    kind == Kind.GATEWAY
                            ? "the scope 'gateway' takes no name"
                            : "the scope '" + kind.word() + "' needs a name, such as " + kind.word() + "/acme, or "
                                    + kind.word() + "/* for each");
        }
    }

    /** Reads {@code gateway}, {@code tenant/acme}, {@code user/*} ... */
    public static Scope of(String text) {
        int slash = text.indexOf('/');
        String word = slash < 0 ? text : text.substring(0, slash);
        Kind kind = Arrays.stream(Kind.values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word
                        + "' is no scope; there are gateway, tenant, team, user, key, tier, job, model and provider"));
        return new Scope(kind, slash < 0 ? "" : text.substring(slash + 1));
    }

    public boolean isEach() {
        return name.equals(EACH);
    }

    /** Whose account the spender draws on; empty where this scope does not concern it. */
    Optional<String> account(Spender spender) {
        String own = spender.name(kind);
        if (kind == Kind.GATEWAY) {
            return Optional.of(own);
        }
        return own.isEmpty() || !(isEach() || own.equals(name) || isJob(spender)) ? Optional.empty() : Optional.of(own);
    }

    /** A job's plain name means it at any tenant, in an account of its own: no client leaves a limit by its tenant. */
    private boolean isJob(Spender spender) {
        return kind == Kind.JOB && spender.caller().job().equals(name);
    }

    @Override
    public String toString() {
        return kind == Kind.GATEWAY ? kind.word() : kind.word() + "/" + name;
    }
}
