package dev.sluice.job;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records of comma-separated values (RFC 4180), read one after the other: a quoted field may hold commas, doubled quotes
 * and line ends. Used by one thread; closing it is the reader's owner's business.
 */
final class CsvRecords {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int END = -1;

    private final Reader reader;
    private final int longest;
    private int line = 1;
    private int next;

    /**
     * A record.
     *
     * @param line where it begins, from 1
     * @param problem "" where it is good
     */
    record Csv(int line, List<String> fields, String problem) {}

    /** @param longest a longer record is a problem; its characters are skipped */
    CsvRecords(Reader reader, int longest) throws IOException {
        this.reader = reader;
        this.longest = longest;
        next = reader.read();
        if (next == BYTE_ORDER_MARK) {
            next = reader.read();
        }
    }

    /** The next record; empty at the end. Blank lines are left out. */
    Optional<Csv> read() throws IOException {
        while (next == '\n' || next == '\r') {
            advance();
        }
        return next == END ? Optional.empty() : Optional.of(new Reading().read());
    }

    private void advance() throws IOException {
        if (next == '\n') {
            line++;
        }
        next = reader.read();
    }

    private final class Reading {
        private final int first = line;
        private final List<String> fields = new ArrayList<>();
        private final StringBuilder field = new StringBuilder();
        private String problem = "";
        private int length;

        Csv read() throws IOException {
            boolean more = true;
            while (more) {
                if (next == '"') {
                    quoted();
                }
                plain();
                fields.add(field.toString().strip());
                field.setLength(0);
                more = next == ',';
                if (more) {
                    advance();
                }
            }
            return new Csv(first, List.copyOf(fields), problem);
        }

        private void plain() throws IOException {
            boolean behindQuote = !field.isEmpty();
            while (next != ',' && next != '\n' && next != '\r' && next != END) {
                if (next == '"' || (behindQuote && next != ' ')) {
                    problem = "has a quote in the middle of a field";
                }
                take();
            }
        }

        private void quoted() throws IOException {
            advance();
            while (next != END) {
                if (next == '"') {
                    advance();
                    if (next != '"') {
                        return;
                    }
                }
                take();
            }
            problem = "has a quote that is not closed";
        }

        private void take() throws IOException {
            if (++length > longest) {
                problem = "is longer than " + longest + " characters";
            } else {
                field.append((char) next);
            }
            advance();
        }
    }
}
