package dev.sluice.ledger.report;

/** What must not get into a cell of a table that people open in a spreadsheet. */
public final class Spreadsheet {
    private static final String FORMULA = "=+-@\t\r";

    private Spreadsheet() {}

    /** The text with an apostrophe in front where a spreadsheet would take it for a formula and run it. */
    public static String harmless(String text) {
        return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
