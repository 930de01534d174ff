package dev.sluice.ledger.report;

import dev.sluice.ledger.Spending;
import dev.sluice.model.Money;
import java.util.Locale;

/** A report as a table for a terminal. */
public final class UsageText {
    private static final String ROW =
            "%-32s %8s %8s %14s %12s %7s %12s %8s %5s %11s %11s %11s %11s %12s %12s %12s %9s%n";
    private static final int LONGEST = 32;

    private UsageText() {}

    public static String write(UsageReport report) {
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                ROW,
                report.question().by().word(),
                "calls",
                "attempts",
                "cost $",
                "in doubt $",
                "failed",
                "failed $",
                "unpriced",
                "est.%",
                "fresh",
                "cache read",
                "cache write",
                "output",
                "own cache $",
                "prov. cache$",
                "routing $",
                "not known"));
        report.lines().forEach(line -> out.append(row(line)));
        out.append(row(report.total()));
        report.savingsExplained().forEach(sentence -> out.append(sentence).append(System.lineSeparator()));
        return out.toString();
    }

    private static String row(Spending line) {
        return String.format(
                Locale.ROOT,
                ROW,
                shown(line.name()),
                line.calls(),
                line.attempts(),
                line.cost(),
                line.reserved(),
                line.failures(),
                line.failureCost(),
                line.unpriced(),
                line.attempts() == 0 ? 0 : line.estimated() * 100 / line.attempts(),
                line.freshTokens(),
                line.cacheReadTokens(),
                line.cacheWriteTokens(),
                line.outputTokens(),
                line.saved().ownCache(),
                line.saved().providerCache(),
                line.routing().map(Money::toString).orElse("?"),
                line.unmeasured());
    }

    /** A client may have chosen the name, so it must not move the terminal's cursor. */
    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        if (plain.isEmpty()) {
            return "-";
        }
        return plain.length() > LONGEST ? plain.substring(0, LONGEST - 3) + "..." : plain;
    }
}
