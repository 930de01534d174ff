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

    Pool.Answer exchange(String gateway, List<PoolReport> reports) {
        List<Share> shares = new ArrayList<>();
        reports.forEach(report -> shares.add(share(gateway, report)));
        return new Pool.Answer(shares, List.copyOf(wanted.keySet()), generation, opening);
    }

    private Share share(String gateway, PoolReport report) {
        Map<String, Entry> entries = accounts.computeIfAbsent(report.key(), _ -> new LinkedHashMap<>());
        List<Entry> others = entries.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(gateway))
                .map(Map.Entry::getValue)
                .toList();
        long leased = others.stream().mapToLong(Entry::lease).sum();
        boolean missed = others.stream().anyMatch(Entry::missed);
        long room = report.amount() - leased - report.keep();
        long grant = opening || !report.hard() || room <= 0 ? 0 : grant(report, room, missed);
        boolean misses = grant < report.want();
        if (misses) {
            wanted.put(report.key(), gateway);
        } else {
            wanted.remove(report.key(), gateway);
        }
        long lease = report.keep() + grant;
        entries.put(gateway, new Entry(lease, report.need(), report.used(), misses));
        return new Share(
                lease,
                others.stream().mapToLong(Entry::used).sum(),
                others.stream().mapToLong(Entry::need).sum(),
                Math.max(0, room - grant));
    }

    private static long grant(PoolReport report, long room, boolean missed) {
        if (report.want() > 0) {
            if (room >= report.want()) {
                return report.want() + (missed ? 0 : (room - report.want()) / 8);
            }
            return room >= report.least() ? room : 0;
        }
        long spare = report.keep() - report.need();
        return report.cushion() && !missed ? Math.max(0, (room + spare) / 8 - spare) : 0;
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
