package dev.sluice.job;

import dev.sluice.config.Nearest;
import dev.sluice.config.SettingsException;
import dev.sluice.dialect.batch.BatchRow;
import dev.sluice.dialect.csv.CsvRecord;
import dev.sluice.dialect.csv.CsvRecords;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a job's input, read one after the other. A bad row is a row too. Used by one thread. */
public final class Rows implements Closeable {
    /** In bytes of a line, or characters of a record. */
    static final int LONGEST_ROW = 1 << 20;

    /** A file with more is refused: split it. */
    public static final int MOST_ROWS = 1_000_000;

    private final Job job;
    private final Source source;
    private final Map<String, Integer> ids = new HashMap<>();
    private int number;

    /** Gives one row after the other. */
    private interface Source extends Closeable {
        Optional<Row> next(int number) throws IOException;

        @Override
        void close() throws IOException;
    }

    private Rows(Job job, Source source) {
        this.job = job;
        this.source = source;
    }

    /**
     * Opens the input.
     *
     * @throws SettingsException where it cannot be read at all, or its columns are not those of the template
     */
    public static Rows open(Job job) throws IOException {
        Path path = job.input().path();
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new SettingsException(job.file() + ": input: there is no file " + path + " that can be read");
        }
        return new Rows(
                job,
                switch (job.input()) {
                    case Job.Input.Jsonl jsonl -> new Lines(job, Files.newInputStream(jsonl.path()));
                    case Job.Input.Csv csv -> Records.open(job, csv);
                });
    }

    /** The next row; empty at the end. */
    public Optional<Row> next() throws IOException {
        Optional<Row> row = source.next(number + 1).map(this::once);
        if (row.isPresent() && ++number > MOST_ROWS) {
            throw new SettingsException(
                    job.input().path() + ": has more than " + MOST_ROWS + " rows; make several jobs of it");
        }
        return row;
    }

    /** Whoever looks a row up by its id must find one answer. */
    private Row once(Row row) {
        if (row instanceof Row.Good good && good.call().id().isPresent()) {
            String id = good.call().id().get();
            Optional<Integer> before = Optional.ofNullable(ids.putIfAbsent(id, good.line()));
            if (!id.isBlank() && before.isPresent()) {
                return new Row.Bad(
                        good.number(),
                        good.line(),
                        "has the id '" + id + "' of line " + before.get() + "; give each row its own");
            }
        }
        return row;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private static final class Lines implements Source {
        private final Job job;
        private final InputStream in;
        private int line;
        private boolean tooLong;

        Lines(Job job, InputStream in) {
            this.job = job;
            this.in = new BufferedInputStream(in, 1 << 16);
        }

        @Override
        public Optional<Row> next(int number) throws IOException {
            while (true) {
                Optional<byte[]> bytes = line();
                if (bytes.isEmpty()) {
                    return Optional.empty();
                }
                if (tooLong) {
                    return Optional.of(new Row.Bad(number, line, "is longer than " + LONGEST_ROW + " bytes"));
                }
                if (!isBlank(bytes.get())) {
                    return Optional.of(row(number, bytes.get()));
                }
            }
        }

        private Row row(int number, byte[] bytes) {
            try {
                return new Row.Good(number, line, BatchRow.read(bytes, job.model(), job.maxOutputTokens()));
            } catch (IllegalArgumentException wrong) {
                return new Row.Bad(number, line, String.valueOf(wrong.getMessage()));
            }
        }

        private Optional<byte[]> line() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int next = in.read();
            if (next < 0) {
                return Optional.empty();
            }
            line++;
            tooLong = false;
            for (; next >= 0 && next != '\n'; next = in.read()) {
                if (bytes.size() < LONGEST_ROW) {
                    bytes.write(next);
                } else {
                    tooLong = true;
                }
            }
            return Optional.of(bytes.toByteArray());
        }

        private static boolean isBlank(byte[] bytes) {
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private record Records(
            Job job, Job.Input.Csv input, InputStreamReader reader, CsvRecords records, List<String> columns)
            implements Source {

        static Records open(Job job, Job.Input.Csv input) throws IOException {
            InputStreamReader reader = new InputStreamReader(
                    new BufferedInputStream(Files.newInputStream(input.path())), StandardCharsets.UTF_8.newDecoder());
            try {
                CsvRecords records = new CsvRecords(reader, LONGEST_ROW);
                List<String> columns = columns(input, records.read());
                checkColumns(input, columns);
                return new Records(job, input, reader, records, columns);
            } catch (CharacterCodingException _) {
                reader.close();
                throw notUtf8(input.path());
            } catch (IOException | RuntimeException failed) {
                reader.close();
                throw failed;
            }
        }

        /** Replaced by a mark, every name in the file would be asked about for nothing. */
        private static SettingsException notUtf8(Path file) throws IOException {
            return new SettingsException(
                    file + ":" + TextLines.firstThatIsNotUtf8(file) + ": is not UTF-8; save the file"
                            + " anew (in Excel as 'CSV UTF-8'), or convert it, such as with iconv -f CP949 -t UTF-8");
        }

        private static List<String> columns(Job.Input.Csv input, Optional<CsvRecord> header) {
            try {
                return header.map(CsvRecord::columns).orElse(List.of());
            } catch (IllegalArgumentException wrong) {
                throw new SettingsException(
                        input.path() + ":" + header.orElseThrow().line() + ": " + wrong.getMessage());
            }
        }

        private static void checkColumns(Job.Input.Csv input, List<String> columns) {
            for (Template template : List.of(input.text(), input.system())) {
                for (String name : template.names()) {
                    if (!columns.contains(name)) {
                        String nearest = Nearest.to(name, columns);
                        throw new SettingsException(input.path() + ":1: there is no column '" + name
                                + "', which the template asks for"
                                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
                    }
                }
            }
        }

        @Override
        public Optional<Row> next(int number) throws IOException {
            try {
                return records.read().map(record -> row(number, record));
            } catch (CharacterCodingException _) {
                throw notUtf8(input.path());
            }
        }

        private Row row(int number, CsvRecord record) {
            if (!record.problem().isEmpty()) {
                return new Row.Bad(number, record.line(), record.problem());
            }
            if (record.fields().size() > columns.size()) {
                return new Row.Bad(
                        number,
                        record.line(),
                        "has " + record.fields().size() + " fields, and the first line names " + columns.size());
            }
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < record.fields().size(); i++) {
                values.put(columns.get(i), record.fields().get(i));
            }
            try {
                BatchRow call = BatchRow.ofText(
                        input.system().fill(values), input.text().fill(values), job.model(), job.maxOutputTokens());
                return new Row.Good(
                        number, record.line(), new BatchRow(Optional.ofNullable(values.get("id")), call.body()));
            } catch (IllegalArgumentException wrong) {
                return new Row.Bad(number, record.line(), String.valueOf(wrong.getMessage()));
            }
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
