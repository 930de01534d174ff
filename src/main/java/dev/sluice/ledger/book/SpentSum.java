package dev.sluice.ledger.book;

import dev.sluice.ledger.Spent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds cells up to what budgets count. For one thread. */
public final class SpentSum {
    /** What it needs to know of a cell. */
    public static final Set<Figure> FIGURES = Collections.unmodifiableSet(EnumSet.of(
            Figure.ATTEMPTS,
            Figure.CALLS,
            Figure.COST,
            Figure.DOUBT,
            Figure.FRESH,
            Figure.CACHE_READ,
            Figure.CACHE_WRITE,
            Figure.OUTPUT));

    private final Map<Payer, Figures> sums = new HashMap<>();

    private record Payer(
            String tenant,
            String team,
            String user,
            String key,
            String tier,
            String job,
            String agent,
            String provider,
            String model) {}

    public void add(Cell cell, Figures figures) {
        Payer payer = new Payer(
                cell.tenant(),
                cell.team(),
                cell.user(),
                cell.key(),
                cell.tier(),
                cell.job(),
                cell.agent(),
                cell.provider(),
                cell.model());
        sums.computeIfAbsent(payer, _ -> new Figures()).add(figures);
    }

    /** Takes away an attempt's money and tokens; that there was a call stays. */
    public void withoutCost(Cell cell, Figures figures) {
        Figures less = new Figures();
        for (Figure figure : FIGURES) {
            boolean stays = figure == Figure.CALLS || figure == Figure.ATTEMPTS;
            less.add(figure, stays ? 0 : -figures.get(figure));
        }
        add(cell, less);
    }

    /** Takes away that there was a call; what it cost stays. */
    public void withoutCall(Cell cell) {
        Figures less = new Figures();
        less.add(Figure.CALLS, -1);
        add(cell, less);
    }

    /** In no order; a payer of whom amendments have left nothing is not there. */
    public List<Spent> lines() {
        List<Spent> lines = new ArrayList<>();
        sums.forEach((payer, figures) -> {
            if (figures.get(Figure.ATTEMPTS) != 0) {
                lines.add(line(payer, figures));
            }
        });
        return lines;
    }

    private static Spent line(Payer payer, Figures figures) {
        long input = Figures.sum(
                Figures.sum(figures.get(Figure.FRESH), figures.get(Figure.CACHE_READ)),
                figures.get(Figure.CACHE_WRITE));
        return new Spent(
                payer.tenant(),
                payer.team(),
                payer.user(),
                payer.key(),
                payer.tier(),
                payer.job(),
                payer.agent(),
                payer.provider(),
                payer.model(),
                figures.money(Figure.COST),
                figures.money(Figure.DOUBT),
                figures.get(Figure.CALLS),
                Figures.sum(input, figures.get(Figure.OUTPUT)));
    }
}
