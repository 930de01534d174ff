package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one thing holds. It is kept also where no limit concerns it: one may come while it is under way.
 *
 * @param need what it may take of each measure
 * @param doubtful whether it has ended in a way that nobody knows its cost
 */
record Hold(Spender spender, Instant at, Need need, List<Shelf.Claim> claims, boolean doubtful) {
    Hold {
        claims = List.copyOf(claims);
    }

    /** Takes what it claims, whether it fits or not. */
    static Hold take(Spender spender, Instant at, Need need, List<Shelf.Claim> claims, boolean doubtful) {
        claims.forEach(claim -> take(claim, doubtful));
        return new Hold(spender, at, need, claims, doubtful);
    }

    private static void take(Shelf.Claim claim, boolean doubtful) {
        if (doubtful) {
            claim.account().rememberDoubt(claim.amount());
        } else {
            claim.account().hold(claim.amount());
        }
    }

    /** The same with more that it takes. */
    Hold with(List<Shelf.Claim> more) {
        if (more.isEmpty()) {
            return this;
        }
        more.forEach(claim -> take(claim, doubtful));
        List<Shelf.Claim> all = new ArrayList<>(claims);
        all.addAll(more);
        return new Hold(spender, at, need, all, doubtful);
    }

    /** The same once it has ended in a way that nobody knows its cost. */
    Hold intoDoubt() {
        if (doubtful) {
            return this;
        }
        claims.forEach(claim -> claim.account().intoDoubt(claim.amount()));
        return new Hold(spender, at, need, claims, true);
    }

    /** So much of it, with its claims in the same order; empty where it is not as much. */
    Optional<Hold> part(Need wanted) {
        List<Shelf.Claim> parts = new ArrayList<>(claims.size());
        for (Shelf.Claim claim : claims) {
            Limit limit = claim.account().limit();
            long amount = wanted.most().of(limit.measure());
            if (limit.hard() && (amount > claim.amount() || !wanted.bounded())) {
                return Optional.empty();
            }
            parts.add(claim.of(Math.min(amount, claim.amount())));
        }
        return Optional.of(new Hold(spender, at, wanted, parts, doubtful));
    }

    /** What is left without a {@link #part}. */
    Hold without(Hold part) {
        List<Shelf.Claim> rest = new ArrayList<>(claims.size());
        for (int index = 0; index < claims.size(); index++) {
            Shelf.Claim claim = claims.get(index);
            rest.add(claim.of(claim.amount() - part.claims.get(index).amount()));
        }
        return new Hold(spender, at, need, rest, doubtful);
    }

    void giveBack(Shelf.Claim claim) {
        if (doubtful) {
            claim.account().outOfDoubt(claim.amount());
        } else {
            claim.account().release(claim.amount());
        }
    }
}
