package dev.sluice.store.schedule;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import dev.sluice.store.DataFolder;
import dev.sluice.store.SqliteLibrary;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Starts jobs when they are due, each on a thread of its own and never twice at once, and remembers in a file which time
 * comes next. One gateway at a time may use the file; the lock of the data folder sees to that. Thread-safe.
 */
public final class SqliteTimetable implements Closeable {
    private static final String FILE = "jobs.db";
    private static final String SCHEMA = "schedule.sql";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofMinutes(1);
    private static final int BUSY_MILLIS = 5_000;
    private static final int MOST_THREADS = 32;

    private final Scheduler scheduler;

    /**
     * A job.
     *
     * @param atOnce whether it is due right now, whatever the file says
     * @param start is given the time at which the job was due; returns when the run has ended
     */
    public record Entry(String job, dev.sluice.job.Schedule schedule, boolean atOnce, Consumer<Instant> start) {}

    private SqliteTimetable(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Begins.
     *
     * @param data the data folder
     * @param patience how long {@link #close} waits for runs to end before it interrupts them
     */
    public static SqliteTimetable start(Path data, List<Entry> entries, Duration patience, InstantSource wall)
            throws IOException {
        SQLiteDataSource source = source(data.resolve(FILE));
        try {
            prepare(source, entries);
        } catch (SQLException e) {
            throw new IOException("cannot open the timetable " + data.resolve(FILE) + ": " + e.getMessage(), e);
        }
        List<RecurringTask<Void>> tasks = new ArrayList<>();
        for (Entry entry : entries) {
            tasks.add(Tasks.recurring(entry.job, new Times(entry.schedule))
                    .execute((_, context) ->
                            entry.start.accept(context.getExecution().getExecutionTime())));
        }
        Scheduler scheduler = Scheduler.create(source)
                .startTasks(tasks)
                .schedulerName(new SchedulerName.Fixed("sluice"))
                .threads(Math.clamp(entries.size(), 1, MOST_THREADS))
                .pollingInterval(LOOK)
                .heartbeatInterval(HEARTBEAT)
                .shutdownMaxWait(patience)
                .clock(wall::instant)
                .build();
        for (int i = 0; i < tasks.size(); i++) {
            if (entries.get(i).atOnce) {
                makeDue(scheduler, tasks.get(i), wall.instant());
            }
        }
        scheduler.start();
        return new SqliteTimetable(scheduler);
    }

    private static SQLiteDataSource source(Path file) throws IOException {
        DataFolder.makeFile(file);
        SqliteLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static void prepare(SQLiteDataSource source, List<Entry> entries) throws SQLException, IOException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : schema().split(";\\s*\n", -1)) {
                if (!command.isBlank()) {
                    statement.execute(command);
                }
            }
            // Whoever ran them is gone: there is one gateway, and it has just started.
            statement.execute("UPDATE scheduled_tasks SET picked = 0, picked_by = NULL, last_heartbeat = NULL");
            removeOthers(connection, entries);
        }
    }

    private static void removeOthers(Connection connection, List<Entry> entries) throws SQLException {
        String places = entries.stream().map(_ -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement others =
                connection.prepareStatement("DELETE FROM scheduled_tasks WHERE task_name NOT IN (" + places + ")")) {
            for (int i = 0; i < entries.size(); i++) {
                others.setString(i + 1, entries.get(i).job);
            }
            others.executeUpdate();
        }
    }

    private static String schema() throws IOException {
        try (InputStream in = Objects.requireNonNull(SqliteTimetable.class.getResourceAsStream(SCHEMA), SCHEMA)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void makeDue(Scheduler scheduler, RecurringTask<Void> task, Instant now) {
        if (scheduler.getScheduledExecution(task.getDefaultTaskInstance()).isPresent()) {
            scheduler.reschedule(task.getDefaultTaskInstance(), now);
        }
    }

    /** The times as the library asks for them. */
    private record Times(dev.sluice.job.Schedule times) implements Schedule {
        @Override
        public Instant getNextExecutionTime(ExecutionComplete complete) {
            return times.next(complete.getTimeDone()).orElse(NEVER);
        }

        @Override
        public boolean isDeterministic() {
            return true;
        }
    }

    /** Waits for running jobs to end; they should have been told to before. */
    @Override
    public void close() {
        scheduler.stop();
    }
}
