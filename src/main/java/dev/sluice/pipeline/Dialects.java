package dev.sluice.pipeline;

import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front;
import dev.sluice.model.Dialect;
import java.util.EnumMap;
import java.util.Map;

/** All dialects, as clients and as providers speak them. */
public final class Dialects {
    private final Map<Dialect, Front> fronts;
    private final Map<Dialect, Back> backs;

    public Dialects(Map<Dialect, Front> fronts, Map<Dialect, Back> backs) {
        this.fronts = new EnumMap<>(fronts);
        this.backs = new EnumMap<>(backs);
        for (Dialect dialect : Dialect.values()) {
            if (!fronts.containsKey(dialect) || !backs.containsKey(dialect)) {
                throw new IllegalArgumentException("no front or back for " + dialect);
            }
        }
    }

    @SuppressWarnings("NullAway") // The constructor has seen to it that every dialect is there.
    public Front front(Dialect dialect) {
        return fronts.get(dialect);
    }

    @SuppressWarnings("NullAway") // As above.
    public Back back(Dialect dialect) {
        return backs.get(dialect);
    }
}
