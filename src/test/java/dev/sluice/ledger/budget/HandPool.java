package dev.sluice.ledger.budget;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pool in memory by the same rules as the real one, for tests that must know each step; wants do not age in it. */
final class HandPool {
    private final Map<String, Map<String, Entry>> accounts = new HashMap<>();
    private final Map<String, String> wanted = new LinkedHashMap<>();
    boolean opening;
    String generation = "1";

    /** @param missed whether it got less than it wanted */
    private record Entry(long lease, long need, long used, boolean missed) {}

    Pool.Answer exchange(String gateway, List<Standing> standings) {
        List<Share> shares = new ArrayList<>();
        standings.forEach(standing -> shares.add(share(gateway, standing)));
        return new Pool.Answer(shares, List.copyOf(wanted.keySet()), generation, opening);
    }

    private Share share(String gateway, Standing standing) {
        Map<String, Entry> entries = accounts.computeIfAbsent(standing.key(), _ -> new LinkedHashMap<>());
        List<Entry> others = entries.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(gateway))
                .map(Map.Entry::getValue)
                .toList();
        long leased = others.stream().mapToLong(Entry::lease).sum();
        boolean missed = others.stream().anyMatch(Entry::missed);
        long room = standing.amount() - leased - standing.keep();
        long grant = opening || !standing.hard() || room <= 0 ? 0 : grant(standing, room, missed);
        boolean misses = grant < standing.want();
        if (misses) {
            wanted.put(standing.key(), gateway);
        } else {
            wanted.remove(standing.key(), gateway);
        }
        long lease = standing.keep() + grant;
        entries.put(gateway, new Entry(lease, standing.need(), standing.used(), misses));
        return new Share(
                lease,
                others.stream().mapToLong(Entry::used).sum(),
                others.stream().mapToLong(Entry::need).sum(),
                Math.max(0, room - grant));
    }

    private static long grant(Standing standing, long room, boolean missed) {
        if (standing.want() > 0) {
            if (room >= standing.want()) {
                return standing.want() + (missed ? 0 : (room - standing.want()) / 8);
            }
            return room >= standing.least() ? room : 0;
        }
        long spare = standing.keep() - standing.need();
        return standing.cushion() && !missed ? Math.max(0, (room + spare) / 8 - spare) : 0;
    }

    /** As after a start without data. */
    void lose() {
        accounts.clear();
        wanted.clear();
        generation = generation + "1";
        opening = true;
    }

    long leased(String key) {
        return accounts.getOrDefault(key, Map.of()).values().stream()
                .mapToLong(Entry::lease)
                .sum();
    }
}
