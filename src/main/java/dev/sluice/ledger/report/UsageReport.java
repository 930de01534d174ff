package dev.sluice.ledger.report;

import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Stretch;
import java.time.Instant;
import java.util.List;

/**
 * The answer to a {@link UsageQuestion}.
 *
 * @param total of everything in the time, whatever the lines are about
 * @param baseline what routing is measured against by the settings of today, in words that follow "at"
 */
public record UsageReport(UsageQuestion question, List<Spending> lines, Spending total, String baseline) {
    public UsageReport {
        lines = List.copyOf(lines);
    }

    /** What each saving is measured against, for people: a sentence each. */
    public List<String> savingsExplained() {
        return List.of(
                "Savings are memos, each against its own baseline, and are not added up.",
                "Own cache: what the stored answer would have cost at its provider.",
                "Provider cache: the same tokens all at the full input price, less what writing into the cache cost.",
                "Routing: the same tokens at " + baseline
                        + ", at the price of that moment, less all attempts of the call; each call is measured against"
                        + " what was set when it was made.",
                "What cost more counts below zero; what is not known counts under 'not known' and never as zero.");
    }

    /** Asks the book. Blocks. */
    public static UsageReport of(UsageQuestion question, Reports reports, String baseline) {
        Instant from = question.first().atStartOfDay(question.zone()).toInstant();
        Instant to = question.last().plusDays(1).atStartOfDay(question.zone()).toInstant();
        List<Spending> lines = switch (question.by()) {
            case UsageQuestion.Breakdown.Time(Stretch.Unit unit) ->
                reports.over(Stretch.cut(unit, question.first(), question.last(), question.zone())).stream()
                        .filter(line -> line.attempts() != 0)
                        .toList();
            case UsageQuestion.Breakdown.Value(Reports.By what) -> reports.by(what, from, to);
        };
        return new UsageReport(question, lines, reports.total(from, to), baseline);
    }
}
