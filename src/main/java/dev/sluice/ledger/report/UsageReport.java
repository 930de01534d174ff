package dev.sluice.ledger.report;

import dev.sluice.ledger.Reports;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Stretch;
import java.time.Instant;
import java.util.List;

/**
 * The answer to a {@link UsageQuestion}.
 *
 * @param total of everything in the time, whatever the lines are about
 */
public record UsageReport(UsageQuestion question, List<Spending> lines, Spending total) {
    /** What each saving is measured against, for people. */
    public static final String BASELINE = "Savings are memos, each against its own baseline, and are not added up. "
            + "Own cache: what the stored answer would have cost at its provider. Provider cache: the same tokens at the "
            + "full input price. Routing: the call at the model that the settings name as baseline. All are net: a helper "
            + "call, or a call dearer than its baseline, counts below zero.";

    public UsageReport {
        lines = List.copyOf(lines);
    }

    /** Asks the book. Blocks. */
    public static UsageReport of(UsageQuestion question, Reports reports) {
        Instant from = question.first().atStartOfDay(question.zone()).toInstant();
        Instant to = question.last().plusDays(1).atStartOfDay(question.zone()).toInstant();
        List<Spending> lines = switch (question.by()) {
            case UsageQuestion.Breakdown.Time(Stretch.Unit unit) ->
                reports.over(Stretch.cut(unit, question.first(), question.last(), question.zone())).stream()
                        .filter(line -> line.attempts() != 0)
                        .toList();
            case UsageQuestion.Breakdown.Value(Reports.By what) -> reports.by(what, from, to);
        };
        return new UsageReport(question, lines, reports.total(from, to));
    }
}
