package dev.sluice.dialect.csv;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records of comma-separated values (RFC 4180), read one after the other: a quoted field may hold commas, doubled quotes
 * and line ends. Blank lines are left out. Used by one thread; closing it is the reader's owner's business.
 */
public final class CsvRecords {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int END = -1;

    /** Of a text that was read whole. */
    private static final int LONGEST = 1 << 20;

    private final Reader reader;
    private final int longest;
    private final boolean comments;
    private int line = 1;
    private int next;

    /** @param longest a longer record is a problem; its characters are skipped */
    public CsvRecords(Reader reader, int longest) throws IOException {
        this(reader, longest, false);
    }

    private CsvRecords(Reader reader, int longest, boolean comments) throws IOException {
        this.reader = reader;
        this.longest = longest;
        this.comments = comments;
        next = reader.read();
        if (next == BYTE_ORDER_MARK) {
            next = reader.read();
        }
    }

    /**
     * All records of a text, in which lines that begin with {@code #} are comments.
     *
     * @throws IllegalArgumentException for the first one with a problem, with its line
     */
    public static List<CsvRecord> parse(String text) {
        List<CsvRecord> all = new ArrayList<>();
        try {
            CsvRecords records = new CsvRecords(new StringReader(text), LONGEST, true);
            for (Optional<CsvRecord> found = records.read(); found.isPresent(); found = records.read()) {
                if (!found.get().problem().isEmpty()) {
                    throw new IllegalArgumentException(
                            "line " + found.get().line() + ": " + found.get().problem());
                }
                all.add(found.get());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("a text in memory can be read", impossible);
        }
        return all;
    }

    /** The next record; empty at the end. */
    public Optional<CsvRecord> read() throws IOException {
        while (next != END) {
            skipEmptyLines();
            if (comments && next == '#') {
                skipLine();
            } else if (next != END) {
                Reading reading = new Reading();
                CsvRecord found = reading.read();
                if (!reading.isBlank()) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    private void skipEmptyLines() throws IOException {
        while (next == '\n' || next == '\r') {
            advance();
        }
    }

    private void skipLine() throws IOException {
        while (next != '\n' && next != '\r' && next != END) {
            advance();
        }
    }

    private void advance() throws IOException {
        int passed = next;
        next = reader.read();
        if (passed == '\n' || (passed == '\r' && next != '\n')) {
            line++;
        }
    }

    private final class Reading {
        private final int first = line;
        private final List<String> fields = new ArrayList<>();
        private final StringBuilder field = new StringBuilder();
        private String problem = "";
        private boolean anyQuote;
        private int length;

        CsvRecord read() throws IOException {
            boolean more = true;
            while (more) {
                boolean isQuoted = next == '"';
                if (isQuoted) {
                    anyQuote = true;
                    quoted();
                }
                plain(isQuoted);
                fields.add(field.toString().strip());
                field.setLength(0);
                more = next == ',';
                if (more) {
                    advance();
                }
            }
            return new CsvRecord(first, fields, problem);
        }

        boolean isBlank() {
            return problem.isEmpty() && !anyQuote && fields.equals(List.of(""));
        }

        private void plain(boolean behindQuote) throws IOException {
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
