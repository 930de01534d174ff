package dev.sluice.dialect.csv;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

    /**
     * The names of columns, as the first record has them. Which of two columns of one name is meant nobody can say.
     *
     * @throws IllegalArgumentException with what follows the line
     */
    public List<String> columns() {
        Set<String> seen = new HashSet<>();
        for (String name : fields) {
            if (!name.isBlank() && !seen.add(name)) {
                throw new IllegalArgumentException("there are two columns '" + name + "'");
            }
        }
        return fields;
    }

    /** The same in lower case, where capitals make no difference. */
    public List<String> columnsInLowerCase() {
        List<String> lower =
                fields.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        return new CsvRecord(line, lower, problem).columns();
    }
}
