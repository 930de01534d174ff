package dev.sluice.ledger.budget;

import dev.sluice.model.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * So much, for somebody, in each window of time.
 *
 * @param tier only callers of this tier are concerned, and each person counts for itself; "" for all callers
 * @param amount nano-dollars, tokens or calls
 * @param hard whether nothing passes that might not fit; a soft limit only alarms and turns calls to cheaper ways
 * @param marks at how many hundredths of the amount somebody is told, the lowest first
 * @param thrift where calls are turned to a cheaper way early
 */
public record Limit(
        Scope scope,
        String tier,
        Measure measure,
        long amount,
        Period period,
        ZoneId zone,
        boolean hard,
        List<Integer> marks,
        Optional<Thrift> thrift) {

    /** So that sums of amounts fit into 63 bits. */
    public static final long MOST = Long.MAX_VALUE / 4;

    /** Where nothing else is set, somebody is told here. */
    public static final List<Integer> MARKS = List.of(80, 100);

    public Limit {
        marks = List.copyOf(marks);
        if (amount < 0) {
            throw new IllegalArgumentException("an amount must not be negative");
        }
        if (amount > MOST) {
            throw new IllegalArgumentException("an amount must not be above " + MOST);
        }
        if (measure == Measure.RUNNING && period != Period.TOTAL) {
            throw new IllegalArgumentException("how many run at once has no period");
        }
    }

    /** A tier's rule for each of its people. */
    public static Limit ofTier(String tier, Measure measure, long amount, Period period, ZoneId zone) {
        return new Limit(Scope.GATEWAY, tier, measure, amount, period, zone, true, List.of(), Optional.empty());
    }

    /** The same as long as only the amount, the marks and such change, so that what was spent still counts. */
    public String id() {
        String who = tier.isEmpty() ? scope.toString() : "tier/" + tier + " each";
        return who + " " + measure.name().toLowerCase(Locale.ROOT) + " " + period.word() + " " + zone;
    }

    /** Whose account the spender draws on; empty where this limit does not concern it. */
    Optional<String> account(Spender spender) {
        if (tier.isEmpty()) {
            return scope.account(spender);
        }
        return spender.caller().tier().equals(tier) ? Optional.of(spender.person()) : Optional.empty();
    }

    /** Whether it has an account for each of many names. */
    boolean isForEach() {
        return scope.isEach() || !tier.isEmpty();
    }

    Window window(Instant at) {
        return period.window(at, zone);
    }

    /** For people: what it is, without how full it is. */
    public String title() {
        String who = tier.isEmpty() ? scope.toString() : "tier " + tier;
        return switch (period) {
            case TOTAL -> who;
            case MINUTE, DAY, WEEK, MONTH -> who + " a " + period.word();
        };
    }

    /** For people: all of it in one line. */
    public String describe() {
        StringBuilder line = new StringBuilder(title()).append(": ").append(amountInWords());
        line.append(hard ? ", hard" : ", soft");
        thrift.ifPresent(saving -> {
            line.append(", cheaper from ").append(saving.from()).append('%');
            if (!saving.route().isEmpty()) {
                line.append(" (").append(saving.route()).append(')');
            }
        });
        return switch (period) {
            case DAY, WEEK, MONTH ->
                line.append(", as counted in ").append(zone).toString();
            case MINUTE, TOTAL -> line.toString();
        };
    }

    private String amountInWords() {
        return switch (measure) {
            case MONEY -> "$" + new Money(amount);
            case TOKENS -> amount + " tokens";
            case CALLS -> amount + " calls";
            case RUNNING -> amount + " calls at once";
        };
    }
}
