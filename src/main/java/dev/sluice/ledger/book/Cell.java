package dev.sluice.ledger.book;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Usage;
import java.util.Set;

/**
 * What attempts of one hour must share to be added up.
 *
 * @param key the name of the client's key
 * @param estimated whether the token counts are of our own making
 */
public record Cell(
        String tenant,
        String team,
        String user,
        String key,
        String tier,
        String job,
        String agent,
        String provider,
        String model,
        Outcome.State state,
        boolean estimated) {

    /** Where an attempt is counted as it stands. */
    public static Cell of(Attempt attempt, Standing standing) {
        Intent intent = attempt.intent();
        return new Cell(
                intent.caller().tenant(),
                intent.caller().team(),
                intent.caller().user(),
                intent.caller().name(),
                intent.caller().tier(),
                intent.caller().job(),
                intent.caller().agent(),
                intent.provider(),
                intent.model(),
                standing.state(),
                standing.usage().map(Usage::estimated).orElse(false));
    }

    /** The same without what nobody asks for: then more attempts share it. State and estimate always stay. */
    public Cell only(Set<Dimension> wanted) {
        return new Cell(
                wanted.contains(Dimension.TENANT) ? tenant : "",
                wanted.contains(Dimension.TEAM) ? team : "",
                wanted.contains(Dimension.USER) ? user : "",
                wanted.contains(Dimension.KEY) ? key : "",
                wanted.contains(Dimension.TIER) ? tier : "",
                wanted.contains(Dimension.JOB) ? job : "",
                wanted.contains(Dimension.AGENT) ? agent : "",
                wanted.contains(Dimension.PROVIDER) ? provider : "",
                wanted.contains(Dimension.MODEL) ? model : "",
                state,
                estimated);
    }

    /** What a cell tells apart, besides state and estimate. */
    public enum Dimension {
        TENANT,
        TEAM,
        USER,
        KEY,
        TIER,
        JOB,
        AGENT,
        PROVIDER,
        MODEL
    }
}
