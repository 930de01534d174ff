package dev.sluice.ledger.budget;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Limits that count already and do not bind yet, because their past is still being looked up. Not thread-safe. */
final class Coming {
    private final Optional<Sharing> sharing;
    private final Map<String, Shelf> shelves = new HashMap<>();

    /** Nothing was used after this moment, here or in the ledger. */
    private Instant newest = Instant.MIN;

    /** What has ended since the first of them began to count. */
    private final Set<String> ended = new HashSet<>();

    Coming(Optional<Sharing> sharing) {
        this.sharing = sharing;
    }

    void add(Limit limit) {
        Shelf shelf = new Shelf(limit, false, sharing);
        shelf.beware(newest);
        shelves.put(limit.id(), shelf);
    }

    /** Something is used at that moment. */
    void note(Instant at) {
        newest = at.isAfter(newest) ? at : newest;
    }

    Optional<Shelf> shelf(Limit limit) {
        return Optional.ofNullable(shelves.get(limit.id()));
    }

    /** What is to be taken of each that is concerned, whether it fits or not. */
    List<Shelf.Claim> claims(Spender spender, Need need, Instant at) {
        if (shelves.isEmpty()) {
            return List.of();
        }
        List<Shelf.Claim> claims = new ArrayList<>(2);
        for (Shelf shelf : shelves.values()) {
            shelf.claim(spender, need, at).ifPresent(claims::add);
        }
        return claims;
    }

    void hasEnded(String id) {
        if (!shelves.isEmpty()) {
            ended.add(id);
        }
    }

    Set<String> ended() {
        return Set.copyOf(ended);
    }

    /** Takes them all out, with what they have counted, by the ids of their limits. */
    Map<String, Shelf> take() {
        Map<String, Shelf> all = Map.copyOf(shelves);
        shelves.clear();
        ended.clear();
        return all;
    }
}
