package dev.sluice.ledger.report;

import dev.sluice.ledger.Spending;
import dev.sluice.model.Money;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report as comma-separated text (RFC 4180). A name that a spreadsheet would take for a formula gets an apostrophe in
 * front; numbers stay numbers, negative ones too.
 */
public final class UsageCsv {
    private static final String END = "\r\n";

    private static final List<String> COLUMNS = List.of(
            "calls",
            "attempts",
            "cost_usd",
            "in_doubt",
            "in_doubt_usd",
            "unpriced",
            "failures",
            "failure_cost_usd",
            "estimated",
            "estimated_cost_usd",
            "tokens_fresh",
            "tokens_cache_read",
            "tokens_cache_write",
            "tokens_output",
            "saved_own_cache_usd",
            "saved_provider_cache_usd",
            "saved_routing_usd",
            "saved_routing_unknown",
            "routing_baseline");

    private UsageCsv() {}

    /** One line for each line of the report, without its total: whoever reads a table adds up. */
    public static String write(UsageReport report) {
        StringBuilder out = new StringBuilder(report.question().by().word());
        COLUMNS.forEach(column -> out.append(',').append(column));
        out.append(END);
        report.lines()
                .forEach(line -> out.append(text(line.name()))
                        .append(',')
                        .append(numbers(line))
                        .append(',')
                        .append(text(report.baseline()))
                        .append(END));
        return out.toString();
    }

    private static String numbers(Spending line) {
        return Stream.of(
                        line.calls(),
                        line.attempts(),
                        line.cost(),
                        line.inDoubt(),
                        line.reserved(),
                        line.unpriced(),
                        line.failures(),
                        line.failureCost(),
                        line.estimated(),
                        line.estimatedCost(),
                        line.freshTokens(),
                        line.cacheReadTokens(),
                        line.cacheWriteTokens(),
                        line.outputTokens(),
                        line.saved().ownCache(),
                        line.saved().providerCache(),
                        line.routing().map(Money::toString).orElse(""),
                        line.unmeasured())
                .map(Object::toString)
                .collect(Collectors.joining(","));
    }

    private static String text(String name) {
        String harmless = Spreadsheet.harmless(name);
        boolean isPlain = harmless.chars().noneMatch(letter -> ",\"\r\n".indexOf(letter) >= 0);
        return isPlain ? harmless : "\"" + harmless.replace("\"", "\"\"") + "\"";
    }
}
