package dev.sluice.store.sqlite;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Cell.Dimension;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.Standing;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sums by hours and days, added up in memory for a batch and written once for each cell in it. For the writer's one
 * thread.
 */
final class RollupTable implements AutoCloseable {
    static final int FINE = 0;
    static final int COARSE = 1;
    static final int HOUR = 1;
    static final int DAY = 24;
    static final long HOUR_NANOS = 3_600_000_000_000L;

    /** What cells of the coarse grain tell apart. */
    static final Set<Dimension> COARSE_CELLS = Set.of(Dimension.PROVIDER, Dimension.MODEL);

    private final Numbers<Cell> cells;
    private final PreparedStatement quick;

    /**
     * A sum that leaves 64 bits becomes a floating-point number in SQLite, which the table refuses. This one stops at
     * the largest number that there is; it takes twice as long, so it is for the next try after a failure.
     */
    private final PreparedStatement careful;

    private final Map<Place, Figures> batch = new HashMap<>();
    private boolean isCareful;

    /** @param start in hours since 1970 */
    private record Place(int grain, int width, long start, Cell cell) {
        private Place day() {
            return new Place(grain, DAY, Math.floorDiv(start, DAY) * DAY, cell);
        }

        private Place coarse() {
            return new Place(COARSE, width, start, cell.only(COARSE_CELLS));
        }
    }

    RollupTable(Connection connection) throws SQLException {
        cells = new Numbers<>(connection, CellRows.FIND, CellRows.MAKE, CellRows::bind);
        quick = connection.prepareStatement(upsert("%s + excluded.%s"));
        careful = connection.prepareStatement(upsert("iif(typeof(%s + excluded.%s) = 'integer', %s + excluded.%s, "
                + "iif(excluded.%s > 0, 9223372036854775807, -9223372036854775808))"));
    }

    /** The columns of all figures, each as {@code shape} says with its name for {@code %s}. */
    static String columns(String shape) {
        return Stream.of(Figure.values())
                .map(RollupTable::column)
                .map(name -> shape.replace("%s", name))
                .collect(Collectors.joining(", "));
    }

    static String column(Figure figure) {
        return figure.name().toLowerCase(Locale.ROOT);
    }

    /** @param shape how a column's new value comes from its old one and from {@code excluded} */
    private static String upsert(String shape) {
        return "INSERT INTO rollup (grain, width, start, cell, " + columns("%s") + ") VALUES (?, ?, ?, ?, "
                + columns("?") + ") ON CONFLICT (grain, width, start, cell) DO UPDATE SET " + columns("%s = " + shape);
    }

    /** @param digest of the attempt's row */
    void add(long atNanos, Standing standing, Attempt attempt, byte[] digest) {
        of(atNanos, standing, attempt).add(figures(attempt, standing, digest));
    }

    /** Takes out what an attempt contributed before it was amended. */
    void subtract(long atNanos, Standing standing, Attempt attempt, byte[] digest) {
        of(atNanos, standing, attempt).subtract(figures(attempt, standing, digest));
    }

    static Figures figures(Attempt attempt, Standing standing, byte[] digest) {
        Figures figures = Figures.of(attempt, standing);
        figures.add(Figure.PRINT, Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()));
        return figures;
    }

    private Figures of(long atNanos, Standing standing, Attempt attempt) {
        long hour = Math.floorDiv(atNanos, HOUR_NANOS);
        return batch.computeIfAbsent(new Place(FINE, HOUR, hour, Cell.of(attempt, standing)), _ -> new Figures());
    }

    /** Writes what was added. */
    void flush() throws SQLException {
        Map<Place, Figures> coarse = new HashMap<>();
        batch.forEach((place, figures) -> sum(coarse, place.coarse(), figures));
        write(batch);
        write(days(batch));
        write(coarse);
        write(days(coarse));
        batch.clear();
        isCareful = false;
    }

    private static Map<Place, Figures> days(Map<Place, Figures> hours) {
        Map<Place, Figures> days = new HashMap<>();
        hours.forEach((place, figures) -> sum(days, place.day(), figures));
        return days;
    }

    private static void sum(Map<Place, Figures> sums, Place place, Figures figures) {
        sums.computeIfAbsent(place, _ -> new Figures()).add(figures);
    }

    private void write(Map<Place, Figures> sums) throws SQLException {
        PreparedStatement add = isCareful ? careful : quick;
        for (Map.Entry<Place, Figures> sum : sums.entrySet()) {
            Place place = sum.getKey();
            add.setInt(1, place.grain);
            add.setInt(2, place.width);
            add.setLong(3, place.start);
            add.setLong(4, cells.of(place.cell));
            int column = 5;
            for (Figure figure : Figure.values()) {
                add.setLong(column++, sum.getValue().get(figure));
            }
            add.addBatch();
        }
        add.executeBatch();
    }

    /** Forgets what the database does not have. */
    void reset() throws SQLException {
        quick.clearBatch();
        careful.clearBatch();
        isCareful = true;
        batch.clear();
        cells.reset();
    }

    @Override
    public void close() throws SQLException {
        cells.close();
        quick.close();
        careful.close();
    }
}
