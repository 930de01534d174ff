package dev.sluice.ledger.price;

import dev.sluice.dialect.csv.CsvRecord;
import dev.sluice.dialect.csv.CsvRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A price list as text: the one that is shipped, and the user's own in the same columns. */
public final class PriceFile {
    private static final List<String> COLUMNS = List.of(
            "provider",
            "model",
            "valid_from",
            "valid_to",
            "window",
            "above_tokens",
            "input",
            "cached_input",
            "cache_write",
            "output",
            "source",
            "seen",
            "note");

    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern COUNT = Pattern.compile("[0-9]{0,12}");

    private PriceFile() {}

    /** The list that comes with this version. */
    public static List<PriceRow> shipped() {
        try (InputStream in = Objects.requireNonNull(PriceFile.class.getResourceAsStream("prices.csv"))) {
            return parse("prices.csv", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The user's own list.
     *
     * @param free providers whose calls cost nothing, so that a price of theirs is a contradiction
     * @throws IllegalArgumentException with the file's name, the line and what is wrong with it
     */
    public static List<PriceRow> read(Path file, Set<String> free) throws IOException {
        String name = file.toString();
        try {
            byte[] bytes = Files.readAllBytes(file);
            return parse(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    free);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(name + ": not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("prices: there is no file " + file.toAbsolutePath(), e);
        }
    }

    /** @param name what the list is called in a complaint */
    public static List<PriceRow> parse(String name, String text) {
        return parse(name, text, Set.of());
    }

    private static List<PriceRow> parse(String name, String text, Set<String> free) {
        try {
            List<CsvRecord> lines = CsvRecords.parse(text);
            if (lines.isEmpty()) {
                throw new IllegalArgumentException("line 1: the first line must name the columns " + COLUMNS);
            }
            checkColumns(lines.getFirst());
            return rows(lines, free);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
    }

    private static void checkColumns(CsvRecord header) {
        for (String column : header.fields()) {
            if (!COLUMNS.contains(column)) {
                throw new IllegalArgumentException("line " + header.line() + ": unknown column \"" + column
                        + "\"; the columns are " + String.join(",", COLUMNS));
            }
        }
        try {
            header.columns();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("line " + header.line() + ": " + wrong.getMessage(), wrong);
        }
        for (String needed : List.of("provider", "model", "input", "output")) {
            if (!header.fields().contains(needed)) {
                throw new IllegalArgumentException("line " + header.line() + ": no column \"" + needed + "\"");
            }
        }
    }

    private static List<PriceRow> rows(List<CsvRecord> lines, Set<String> free) {
        List<PriceRow> rows = new ArrayList<>();
        Map<String, List<Integer>> byModel = new HashMap<>();
        List<String> columns = lines.getFirst().fields();
        for (CsvRecord line : lines.subList(1, lines.size())) {
            PriceRow row = checked(line, columns, free);
            List<Integer> before = byModel.computeIfAbsent(key(row), _ -> new ArrayList<>());
            for (int earlier : before) {
                if (rows.get(earlier).collidesWith(row)) {
                    throw new IllegalArgumentException(
                            "line " + line.line() + ": " + collision(row, rows.get(earlier), lines.get(earlier + 1)));
                }
            }
            before.add(rows.size());
            rows.add(row);
        }
        for (int index = 0; index < rows.size(); index++) {
            List<Integer> ofModel = byModel.getOrDefault(key(rows.get(index)), List.of());
            checkBase(
                    lines.get(index + 1),
                    rows.get(index),
                    ofModel.stream().map(rows::get).toList());
        }
        return List.copyOf(rows);
    }

    private static String key(PriceRow row) {
        return row.provider() + ' ' + row.model();
    }

    private static String collision(PriceRow row, PriceRow earlier, CsvRecord there) {
        return row.window().equals(earlier.window())
                ? "its dates overlap with line " + there.line() + " for the same model, window and prompt length"
                : "its window overlaps with that of line " + there.line()
                        + " for the same model, dates and prompt length: nobody could say which price holds";
    }

    private static void checkBase(CsvRecord line, PriceRow row, List<PriceRow> ofModel) {
        row.withoutBase(ofModel).ifPresent(at -> {
            throw new IllegalArgumentException("line " + line.line()
                    + ": no row with above_tokens 0 holds for the same model and window"
                    + (at.equals(Instant.MIN) ? "" : " from " + at + " on")
                    + ", so shorter prompts have no price: add one for the same dates");
        });
    }

    private static PriceRow checked(CsvRecord line, List<String> columns, Set<String> free) {
        try {
            PriceRow row = row(new Fields(columns, line.fields()));
            if (free.contains(row.provider()) && !row.rates().isNothing()) {
                throw neverCharged(row.provider());
            }
            return row;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + line.line() + ": " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException neverCharged(String provider) {
        return new IllegalArgumentException("by the settings '" + provider
                + "' is free, so this price would never be charged: write 'free: false' under 'providers." + provider
                + "' and a row of 0 for each of its models that costs nothing, or take this row out");
    }

    private static PriceRow row(Fields fields) {
        long input = Rates.picos(fields.text("input"));
        String cached = fields.text("cached_input");
        String write = fields.text("cache_write");
        Rates rates =
                new Rates(input, orInput(cached, input), orInput(write, input), Rates.picos(fields.text("output")));
        Instant from = fields.instant("valid_from", Instant.MIN);
        Instant to = fields.instant("valid_to", Instant.MAX);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("valid_to must be after valid_from");
        }
        String window = fields.text("window");
        return new PriceRow(
                fields.needed("provider"),
                fields.needed("model"),
                from,
                to,
                window.isEmpty() ? Optional.empty() : Optional.of(PeakHours.parse(window)),
                fields.count("above_tokens"),
                rates,
                !isUnknown(cached),
                fields.text("source"),
                fields.day("seen"),
                fields.text("note"));
    }

    private static long orInput(String price, long input) {
        return isUnknown(price) ? input : Rates.picos(price);
    }

    private static boolean isUnknown(String price) {
        return price.isEmpty() || price.equals("?");
    }

    /** One line by the names of its columns. */
    private record Fields(List<String> columns, List<String> values) {
        Fields {
            if (values.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "it has " + values.size() + " fields where " + columns.size() + " columns are named");
            }
        }

        String text(String column) {
            int index = columns.indexOf(column);
            return index < 0 ? "" : values.get(index);
        }

        String needed(String column) {
            String text = text(column);
            if (text.isEmpty()) {
                throw new IllegalArgumentException(column + " must not be empty");
            }
            return text;
        }

        Instant instant(String column, Instant otherwise) {
            String text = text(column);
            if (text.isEmpty()) {
                return otherwise;
            }
            try {
                return DAY.matcher(text).matches()
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
            } catch (DateTimeException _) {
                throw new IllegalArgumentException(column
                        + " must be a day such as 2026-12-01 or a moment such as 2026-12-01T16:00:00Z, not \"" + text
                        + "\"");
            }
        }

        LocalDate day(String column) {
            String text = text(column);
            try {
                return text.isEmpty() ? LocalDate.EPOCH : LocalDate.parse(text);
            } catch (DateTimeException _) {
                throw new IllegalArgumentException(column + " must be a day such as 2026-12-01, not \"" + text + "\"");
            }
        }

        long count(String column) {
            String text = text(column);
            if (!COUNT.matcher(text).matches()) {
                throw new IllegalArgumentException(column + " must be a number of tokens, not \"" + text + "\"");
            }
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }
    }
}
