package dev.sluice.ledger;

import dev.sluice.dialect.csv.CsvRecord;
import dev.sluice.dialect.csv.CsvRecords;
import dev.sluice.model.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A provider's bill as CSV with a header: {@code amount} and {@code currency}, and either {@code id} or {@code day} and
 * {@code model}; further columns are passed over. A line that cannot be right is refused with its reason, the rest holds.
 */
public final class BillFile {
    private static final long LARGEST = 16L << 20;
    private static final int MOST_DECIMALS = 30;

    private BillFile() {}

    /**
     * @throws IOException where the file cannot be read
     * @throws IllegalArgumentException with file and line where it is no such CSV at all
     */
    public static Bill read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file " + file + " that can be read");
        }
        if (Files.size(file) > LARGEST) {
            throw new IllegalArgumentException(file + ": larger than " + LARGEST + " bytes; split it by month");
        }
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (CharacterCodingException _) {
            throw new IllegalArgumentException(file + ": not in UTF-8");
        }
    }

    /** @param name of the file, for the places of lines */
    static Bill parse(String name, String text) {
        List<CsvRecord> lines = lines(name, text);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(name + ":1: empty; the first line must name the columns");
        }
        List<String> columns = columns(name, lines.getFirst());
        boolean byDay = columns.contains("day") && columns.contains("model");
        if (!columns.contains("amount") || !columns.contains("currency") || !(byDay || columns.contains("id"))) {
            throw new IllegalArgumentException(name + ":" + lines.getFirst().line()
                    + ": the columns must be amount and currency, and id or day and model");
        }
        List<Bill.Line> good = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (CsvRecord line : lines.subList(1, lines.size())) {
            String place = name + ":" + line.line();
            try {
                good.add(line(place, columns, line.fields()));
            } catch (IllegalArgumentException wrong) {
                refused.add(place + ": " + wrong.getMessage());
            }
        }
        return new Bill(good, refused);
    }

    private static List<CsvRecord> lines(String name, String text) {
        try {
            return CsvRecords.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
        }
    }

    private static List<String> columns(String name, CsvRecord header) {
        try {
            return header.columnsInLowerCase();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + ":" + header.line() + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Bill.Line line(String place, List<String> columns, List<String> fields) {
        if (fields.size() != columns.size()) {
            throw new IllegalArgumentException(fields.size() + " fields instead of " + columns.size());
        }
        UnaryOperator<String> field = column -> columns.contains(column) ? fields.get(columns.indexOf(column)) : "";
        if (!field.apply("currency").equalsIgnoreCase("USD")) {
            throw new IllegalArgumentException(
                    "currency '" + field.apply("currency") + "'; the ledger is in USD and nothing is converted");
        }
        BigDecimal amount = amount(field.apply("amount"));
        return new Bill.Line(place, what(field), Money.ofDollars(amount), rounding(amount));
    }

    private static Bill.What what(UnaryOperator<String> field) {
        if (!field.apply("id").isEmpty()) {
            return new Bill.What.Answer(field.apply("id"));
        }
        if (field.apply("model").isEmpty()) {
            throw new IllegalArgumentException("neither an id nor a model");
        }
        try {
            return new Bill.What.Day(LocalDate.parse(field.apply("day")), field.apply("model"));
        } catch (DateTimeException _) {
            throw new IllegalArgumentException("day '" + field.apply("day") + "' must look like 2026-11-21");
        }
    }

    private static BigDecimal amount(String text) {
        return Money.decimal(text)
                .filter(amount -> amount.signum() >= 0
                        && amount.precision() - amount.scale() <= 9
                        && amount.scale() <= MOST_DECIMALS)
                .orElseThrow(() -> new IllegalArgumentException("amount '" + text
                        + "' must be a number from 0 to 999999999, with at most " + MOST_DECIMALS + " decimals"));
    }

    /** Half of the last decimal. */
    static Money rounding(BigDecimal amount) {
        return Money.ofDollars(BigDecimal.valueOf(5, Math.max(0, amount.scale()) + 1));
    }
}
