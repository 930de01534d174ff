package dev.sluice.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated text, read strictly: fields may be quoted, quotes in them are doubled, a quoted field ends on its
 * own line. Empty lines and lines that begin with {@code #} are left out.
 */
final class Csv {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** @param number counts from 1, comments included */
    record Line(int number, List<String> fields) {}

    private Csv() {}

    /** @throws IllegalArgumentException with the line's number */
    static List<Line> parse(String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : withoutMark(text).lines().toList()) {
            number++;
            if (!line.isBlank() && line.charAt(0) != '#') {
                lines.add(new Line(number, fields(line, number)));
            }
        }
        return lines;
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static List<String> fields(String line, int number) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at <= line.length()) {
            StringBuilder field = new StringBuilder();
            at = at < line.length() && line.charAt(at) == '"'
                    ? quoted(line, at + 1, field, number)
                    : plain(line, at, field, number);
            fields.add(field.toString().strip());
            if (at < line.length() && line.charAt(at) != ',') {
                throw new IllegalArgumentException("line " + number + ": text after a closing quote");
            }
            at++;
        }
        return List.copyOf(fields);
    }

    private static int plain(String line, int from, StringBuilder field, int number) {
        int comma = line.indexOf(',', from);
        int end = comma < 0 ? line.length() : comma;
        field.append(line, from, end);
        if (field.indexOf("\"") >= 0) {
            throw new IllegalArgumentException("line " + number + ": a quote inside a field that is not quoted");
        }
        return end;
    }

    private static int quoted(String line, int from, StringBuilder field, int number) {
        int at = from;
        while (at < line.length()) {
            char next = line.charAt(at++);
            if (next != '"') {
                field.append(next);
                continue;
            }
            if (at >= line.length() || line.charAt(at) != '"') {
                return at;
            }
            field.append('"');
            at++;
        }
        throw new IllegalArgumentException("line " + number + ": a quote is not closed");
    }
}
