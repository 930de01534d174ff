package dev.sluice.dialect.csv;

import java.util.List;

/**
 * One record of a file of comma-separated values.
 *
 * @param line where it begins, from 1
 * @param fields without the space around them
 * @param problem "" where it is good, else what follows "this record"
 */
public record CsvRecord(int line, List<String> fields, String problem) {
    public CsvRecord {
        fields = List.copyOf(fields);
    }
}
