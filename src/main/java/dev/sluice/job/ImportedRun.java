package dev.sluice.job;

import dev.sluice.config.SettingsException;
import dev.sluice.dialect.batch.BatchResults;
import dev.sluice.dialect.csv.CsvRecord;
import dev.sluice.dialect.csv.CsvRecords;
import dev.sluice.ledger.price.RunPrice.Call;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Token counts of a run made elsewhere, or of our own results: a line of JSON or a CSV record for each call, with
 * {@code model}, {@code input_tokens}, {@code output_tokens}, {@code cached_tokens} and {@code provider}. The names
 * {@code input}, {@code output}, {@code cached}, {@code prompt_tokens} and {@code completion_tokens} are understood too.
 */
public final class ImportedRun {
    /**
     * What was read.
     *
     * @param leftOut rows of our own that were never answered by anybody and cost nothing, such as those that were no call
     */
    public record Run(List<Call> calls, int leftOut) {
        public Run {
            calls = List.copyOf(calls);
        }
    }

    private static final int LONGEST_LINE = Rows.LONGEST_ROW * 40;
    private static final String COUNT = "[0-9]{1,15}";

    private final Path file;
    private final Optional<String> provider;
    private final Optional<String> model;
    private final List<Call> calls = new ArrayList<>();
    private int leftOut;
    private long input;
    private long output;

    private ImportedRun(Path file, Optional<String> provider, Optional<String> model) {
        this.file = file;
        this.provider = provider;
        this.model = model;
    }

    /**
     * Reads a run.
     *
     * @param provider priced by, whatever the file says
     * @param model priced as, whatever the file says
     * @throws SettingsException with file, line and reason
     */
    public static Run read(Path file, Optional<String> provider, Optional<String> model) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new SettingsException("there is no file " + file + " that can be read");
        }
        ImportedRun run = new ImportedRun(file, provider, model);
        run.read();
        if (run.calls.isEmpty()) {
            throw new SettingsException(file + ": has no calls in it");
        }
        return new Run(run.calls, run.leftOut);
    }

    private void read() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
                csv(reader);
            } else {
                jsonl(reader);
            }
        } catch (CharacterCodingException _) {
            throw wrong(
                    TextLines.firstThatIsNotUtf8(file), "is not UTF-8; save the file anew, or convert it with iconv");
        }
    }

    private void jsonl(BufferedReader reader) throws IOException {
        int line = 0;
        for (Optional<String> text = Optional.ofNullable(reader.readLine());
                text.isPresent();
                text = Optional.ofNullable(reader.readLine())) {
            line++;
            if (!text.get().isBlank()) {
                add(line, values(line, text.get()));
            }
        }
    }

    private Map<String, String> values(int line, String text) {
        if (text.length() > LONGEST_LINE) {
            throw wrong(line, "is too long");
        }
        try {
            return BatchResults.values(text);
        } catch (IllegalArgumentException broken) {
            throw wrong(line, String.valueOf(broken.getMessage()));
        }
    }

    private void csv(BufferedReader reader) throws IOException {
        CsvRecords records = new CsvRecords(reader, Rows.LONGEST_ROW);
        List<String> columns = columns(records.read());
        for (Optional<CsvRecord> found = records.read(); found.isPresent(); found = records.read()) {
            CsvRecord each = found.get();
            if (!each.problem().isEmpty()) {
                throw wrong(each.line(), each.problem());
            }
            if (each.fields().size() != columns.size()) {
                throw wrong(each.line(), "has not as many fields as the first line names");
            }
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), each.fields().get(i));
            }
            add(each.line(), values);
        }
    }

    private List<String> columns(Optional<CsvRecord> header) {
        try {
            return header.map(CsvRecord::columnsInLowerCase).orElse(List.of());
        } catch (IllegalArgumentException wrong) {
            throw wrong(header.orElseThrow().line(), String.valueOf(wrong.getMessage()));
        }
    }

    private void add(int line, Map<String, String> values) {
        boolean nobody = values.getOrDefault("provider", "-").isBlank();
        boolean free = Money.parse(values.getOrDefault("cost", "-"))
                .filter(Money.ZERO::equals)
                .isPresent();
        boolean empty = count(line, values, "input_tokens").orElse(0L)
                        + count(line, values, "output_tokens").orElse(0L)
                == 0;
        if (nobody && free && empty) {
            leftOut++;
        } else {
            Call call = call(line, values);
            try {
                input = Math.addExact(input, call.usage().input());
                output = Math.addExact(output, call.usage().output());
            } catch (ArithmeticException _) {
                throw wrong(line, "with this line the tokens are more than can be counted");
            }
            calls.add(call);
        }
    }

    private Call call(int line, Map<String, String> values) {
        long read = count(line, values, "input_tokens", "input", "prompt_tokens")
                .orElseThrow(() -> wrong(line, "has no 'input_tokens'"));
        long written = count(line, values, "output_tokens", "output", "completion_tokens")
                .orElseThrow(() -> wrong(line, "has no 'output_tokens'"));
        long cached = count(line, values, "cached_tokens", "cached").orElse(0L);
        if (cached > read) {
            throw wrong(line, "has more cached tokens than input tokens, of which they are a part");
        }
        String seller = provider.or(() -> text(values, "provider"))
                .orElseThrow(() -> wrong(line, "has no 'provider'; name one with --provider"));
        String name = model.or(() -> text(values, "model"))
                .orElseThrow(() -> wrong(line, "has no 'model'; name one with --model"));
        return new Call(seller, name, new Usage(read, cached, 0, written, 0, false, Optional.empty()));
    }

    private static Optional<String> text(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name)).filter(text -> !text.isBlank());
    }

    private Optional<Long> count(int line, Map<String, String> values, String... names) {
        for (String name : names) {
            Optional<String> text = text(values, name);
            if (text.isPresent()) {
                if (!text.get().matches(COUNT)) {
                    throw wrong(line, "'" + name + "' must be a whole number of tokens, not '" + text.get() + "'");
                }
                return Optional.of(Long.parseLong(text.get()));
            }
        }
        return Optional.empty();
    }

    private SettingsException wrong(int line, String what) {
        return new SettingsException(file + ":" + line + ": " + what);
    }
}
