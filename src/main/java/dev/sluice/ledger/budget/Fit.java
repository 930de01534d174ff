package dev.sluice.ledger.budget;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether a call fits all limits that concern it. Nothing is taken by asking, so a call that is refused leaves no account.
 *
 * @param claims what it takes of each where it is {@link Ruling.Held}
 */
record Fit(Ruling ruling, List<Shelf.Claim> claims) {
    private static Fit not(Ruling ruling) {
        return new Fit(ruling, List.of());
    }

    static Fit of(Collection<Shelf> shelves, Sharing.Ask call) {
        Need need = call.need();
        List<Shelf.Claim> claims = new ArrayList<>(4);
        Optional<Shortage> worst = Optional.empty();
        Optional<Ruling> asked = Optional.empty();
        for (Shelf shelf : shelves) {
            Limit limit = shelf.limit();
            Optional<String> name = need.concerns(limit.measure()) ? limit.account(call.spender()) : Optional.empty();
            if (name.isEmpty()) {
                continue;
            }
            if (limit.measure() == Measure.MONEY && !need.bounded() && limit.hard()) {
                return not(new Ruling.Unbounded(limit));
            }
            if (!shelf.knows(call.at()) && limit.hard()) {
                return not(new Ruling.Forgotten(limit));
            }
            Optional<Account> found = shelf.find(name.get(), call.spender(), call.at());
            if (found.isEmpty() && limit.hard()) {
                return not(new Ruling.Crowded(limit));
            }
            if (found.isEmpty()) {
                continue; // A soft limit lets everything pass, also what it cannot count.
            }
            Account account = found.get();
            long amount = need.most().of(limit.measure());
            if (account.takes(amount)) {
                claims.add(shelf.claim(account, amount));
            } else if (account.mayStillTake(amount, call.round())) {
                asked = Optional.of(new Ruling.Asked(limit));
            } else {
                Shortage shortage = Shortage.of(account, amount);
                worst = worst.filter(other -> !shortage.isWorseThan(other)).or(() -> Optional.of(shortage));
            }
        }
        if (worst.isPresent()) {
            return not(worst.get().told(call.at()));
        }
        return asked.map(Fit::not).orElseGet(() -> new Fit(new Ruling.Held(), claims));
    }
}
