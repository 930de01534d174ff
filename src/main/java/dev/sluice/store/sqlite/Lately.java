package dev.sluice.store.sqlite;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets what was not used for longest once it is full. For one thread. */
final class Lately<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int most;

    Lately(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
