package dev.sluice.ledger.report;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.Stretch;
import dev.sluice.ledger.book.Standing;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Questions to the book. An attempt belongs to the moment of its intent. Thread-safe; the caller waits for the answer. */
public interface Reports {

    /** What a report may be broken down by. */
    enum By {
        PROVIDER,
        MODEL,
        JOB,
        /** Of attempts whose rows are still there; the others are one line without a name. */
        RUN,
        AGENT,
        TENANT,
        TEAM,
        USER,
        /** The client's key by its name. */
        KEY,
        TIER,
        /** The same as {@link #KEY}. */
        CALLER,
        STATE,
        /** Which level of our own cache answered; there is no cache yet, so all is in one line, {@code none}. */
        CACHE
    }

    /** Everything together, {@code from} included, {@code to} not. */
    Spending total(Instant from, Instant to);

    /** One line for each value, the dearest first. */
    List<Spending> by(By what, Instant from, Instant to);

    /** One line for each stretch, in their order. */
    List<Spending> over(List<Stretch> stretches);

    /** One line for each day from the first to the last, both included, as days are counted in {@code zone}. */
    default List<Spending> byDay(LocalDate first, LocalDate last, ZoneId zone) {
        return over(Stretch.cut(Stretch.Unit.DAY, first, last, zone));
    }

    /**
     * What budgets count: one line for each combination of payer and provider, in no order. Amendments count at the
     * moment of their attempt's intent, attempts in doubt at their bound.
     */
    List<Spent> spent(Instant from, Instant to);

    /**
     * The same for a budget that counts already, without what it counts by itself: attempts by their id, and calls by
     * the id of their request.
     *
     * @param counted asked only after the moment is fixed that the answer is of, so that nothing that has ended before
     *     that moment is missed; must return at once
     */
    List<Spent> spentBesides(Instant from, Instant to, Supplier<Set<String>> counted);

    /** Attempts in doubt that no amendment has resolved, the oldest first. */
    List<Attempt> inDoubt(int most);

    /** All attempts of a request, in order; empty where none has ended yet. */
    List<Attempt> ofRequest(String requestId);

    /** Where each attempt of a request stands now, what was said later included; empty where none has ended yet. */
    List<Standing> standings(String requestId);

    /** When the newest attempt began, by the clock of that time. */
    Optional<Instant> newest();
}
