package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.Stretch;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Cell.Dimension;
import dev.sluice.ledger.book.Figure;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.SpendingSum;
import dev.sluice.ledger.book.SpentSum;
import dev.sluice.ledger.book.Standing;
import dev.sluice.ledger.report.Reports;
import dev.sluice.store.DataFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Reports over the archive, read over a read-only connection of their own. */
public final class SqliteReports implements Reports, Closeable {
    /** The level of what no cache of our own has answered: everything, as long as there is none. */
    private static final String NO_CACHE = "none";

    private static final Comparator<Spending> DEAREST = Comparator.comparing(Spending::cost)
            .thenComparing(Spending::reserved)
            .reversed()
            .thenComparing(Spending::name);
    private static final String IN_DOUBT =
            "SELECT " + Rows.COLUMNS + " FROM attempt WHERE state = 'IN_DOUBT' AND NOT EXISTS "
                    + "(SELECT 1 FROM amendment WHERE amendment.attempt_id = attempt.attempt_id) ORDER BY at LIMIT ?";

    private final Connection connection;
    private final CellSums sums;
    private final Questions questions;

    private SqliteReports(Connection connection) throws SQLException {
        this.connection = connection;
        this.sums = new CellSums(connection);
        this.questions = new Questions(connection);
    }

    /** The database must be there: open the archive first. */
    public static SqliteReports open(DataFolder folder) throws IOException {
        return open(folder.path());
    }

    /** Reads beside a gateway that may be running on the same folder; what it has not copied yet is not seen. */
    public static SqliteReports open(Path folder) throws IOException {
        try {
            return new SqliteReports(Database.reader(folder.resolve(Database.FILE)));
        } catch (SQLException e) {
            throw new IOException("cannot read the database: " + e.getMessage(), e);
        }
    }

    @Override
    public Spending total(Instant from, Instant to) {
        return questions.ask(() -> total("all", from, to));
    }

    private Spending total(String name, Instant from, Instant to) throws SQLException {
        SpendingSum sum = new SpendingSum();
        sums.read(bounded(from), bounded(to), Set.of(), Figure.SHOWN).forEach(sum::add);
        return sum.line(name);
    }

    @Override
    public List<Spending> by(By what, Instant from, Instant to) {
        return questions.ask(() -> {
            Map<String, SpendingSum> lines = new HashMap<>();
            Optional<Dimension> dimension = dimension(what);
            Map<Cell, Figures> cells = sums.read(
                    bounded(from),
                    bounded(to),
                    dimension.<Set<Dimension>>map(Set::of).orElse(Set.of()),
                    Figure.SHOWN);
            if (what == By.RUN) {
                runs(lines, cells, from, to);
            }
            cells.forEach((cell, figures) -> line(lines, name(what, cell)).add(cell, figures));
            return lines.entrySet().stream()
                    .map(line -> line.getValue().line(line.getKey()))
                    .filter(line -> line.attempts() != 0)
                    .sorted(DEAREST)
                    .toList();
        });
    }

    private static SpendingSum line(Map<String, SpendingSum> lines, String name) {
        return lines.computeIfAbsent(name, _ -> new SpendingSum());
    }

    /** Empty where cells tell it apart anyway, or cannot. */
    private static Optional<Dimension> dimension(By what) {
        return switch (what) {
            case PROVIDER -> Optional.of(Dimension.PROVIDER);
            case MODEL -> Optional.of(Dimension.MODEL);
            case JOB -> Optional.of(Dimension.JOB);
            case AGENT -> Optional.of(Dimension.AGENT);
            case TENANT -> Optional.of(Dimension.TENANT);
            case TEAM -> Optional.of(Dimension.TEAM);
            case USER -> Optional.of(Dimension.USER);
            case KEY, CALLER -> Optional.of(Dimension.KEY);
            case TIER -> Optional.of(Dimension.TIER);
            case STATE, RUN, CACHE -> Optional.empty();
        };
    }

    private static String name(By what, Cell cell) {
        return switch (what) {
            case PROVIDER -> cell.provider();
            case MODEL -> cell.model();
            case JOB -> cell.job();
            case AGENT -> cell.agent();
            case TENANT -> cell.tenant();
            case TEAM -> cell.team();
            case USER -> cell.user();
            case KEY, CALLER -> cell.key();
            case TIER -> cell.tier();
            case STATE -> cell.state().name();
            case CACHE -> NO_CACHE;
            case RUN -> "";
        };
    }

    /** Moves what belongs to a run from the cells to its line; what is left has no run, or no row any more. */
    private void runs(Map<String, SpendingSum> lines, Map<Cell, Figures> cells, Instant from, Instant to)
            throws SQLException {
        sums.each(bounded(from), bounded(to), " AND run <> ''", (attempt, standing) -> {
            Cell cell = Cell.of(attempt, standing);
            Figures figures = Figures.of(attempt, standing);
            line(lines, attempt.intent().caller().run()).add(cell, figures);
            cells.computeIfAbsent(cell.only(Set.of()), _ -> new Figures()).subtract(figures);
        });
    }

    @Override
    public List<Spending> over(List<Stretch> stretches) {
        return questions.ask(() -> {
            List<Spending> lines = new ArrayList<>();
            for (Stretch stretch : stretches) {
                lines.add(total(stretch.name(), stretch.from(), stretch.to()));
            }
            return lines;
        });
    }

    @Override
    public List<Spent> spent(Instant from, Instant to) {
        return questions.ask(() -> {
            SpentSum sum = new SpentSum();
            sums.read(bounded(from), bounded(to), EnumSet.allOf(Dimension.class), SpentSum.FIGURES)
                    .forEach(sum::add);
            return sum.lines();
        });
    }

    @Override
    public List<Spent> spentBesides(Instant from, Instant to, Supplier<Set<String>> counted) {
        return questions.ask(() -> {
            SpentSum sum = new SpentSum();
            sums.read(bounded(from), bounded(to), EnumSet.allOf(Dimension.class), SpentSum.FIGURES)
                    .forEach(sum::add);
            // The first query has fixed what this question sees.
            new Subtraction(connection, bounded(from), bounded(to)).take(counted.get(), sum);
            return sum.lines();
        });
    }

    /** Every attempt as it stands, one by one: the sum that needs no sums, for tests. */
    void rows(Instant from, Instant to, BiConsumer<Attempt, Standing> then) {
        questions.ask(() -> {
            sums.each(bounded(from), bounded(to), "", then);
            return true;
        });
    }

    @Override
    public Optional<Instant> newest() {
        return questions.ask(() -> {
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT at FROM attempt_row ORDER BY at DESC LIMIT 1");
                    ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(Values.instant(row.getLong(1))) : Optional.empty();
            }
        });
    }

    @Override
    public List<Attempt> inDoubt(int most) {
        return questions.ask(() -> {
            try (PreparedStatement query = connection.prepareStatement(IN_DOUBT)) {
                query.setInt(1, most);
                return attempts(query);
            }
        });
    }

    @Override
    public List<Attempt> ofRequest(String requestId) {
        return questions.ask(() -> {
            try (PreparedStatement query = connection.prepareStatement(Rows.OF_REQUEST + " ORDER BY number, at")) {
                query.setString(1, requestId);
                return attempts(query);
            }
        });
    }

    @Override
    public List<Standing> standings(String requestId) {
        return questions.ask(() -> {
            List<Standing> standings = new ArrayList<>();
            try (PreparedStatement query = connection.prepareStatement(Rows.OF_REQUEST)) {
                query.setString(1, requestId);
                for (Attempt attempt : attempts(query)) {
                    standings.add(
                            Standing.of(attempt, amendments(attempt.intent().attemptId())));
                }
            }
            return standings;
        });
    }

    private List<Amendment> amendments(String attemptId) throws SQLException {
        List<Amendment> amendments = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM amendment WHERE attempt_id = ?")) {
            query.setString(1, attemptId);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    amendments.add(AmendmentRows.read(row));
                }
            }
        }
        return amendments;
    }

    private static List<Attempt> attempts(PreparedStatement query) throws SQLException {
        List<Attempt> attempts = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                attempts.add(Rows.read(row));
            }
        }
        return attempts;
    }

    /** Nanoseconds reach from 1677 to 2262; nothing was booked outside. */
    private static long bounded(Instant at) {
        try {
            return Values.nanos(at);
        } catch (ArithmeticException _) {
            return at.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    @Override
    public void close() throws IOException {
        questions.close();
    }
}
