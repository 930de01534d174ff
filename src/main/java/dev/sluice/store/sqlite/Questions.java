package dev.sluice.store.sqlite;

import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks a connection one question after the other, on a thread of its own: a native call would hold the carrier of a
 * virtual thread. A question sees one moment, however many queries it takes. At most {@value #WAITING} wait.
 */
final class Questions implements Closeable {
    private static final int WAITING = 32;

    private final Connection connection;
    private final ThreadPoolExecutor thread;

    /** @param connection used by nobody else from now on, and closed with it */
    Questions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        this.connection = connection;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("reports").factory());
    }

    /**
     * Waits for the answer.
     *
     * @throws GatewayException where too many wait already
     * @throws IllegalStateException where the database cannot be read
     */
    <T> T ask(Callable<T> question) {
        try {
            Future<T> answer = thread.submit(() -> answered(question));
            return answer.get();
        } catch (RejectedExecutionException _) {
            throw new GatewayException(
                    new Failure.Busy("too many reports are being made; ask again", Duration.ofSeconds(1)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new GatewayException(new Failure.ClientGone());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the database cannot be read", e.getCause());
        }
    }

    private <T> T answered(Callable<T> question) throws Exception {
        try {
            return question.call();
        } finally {
            connection.rollback();
        }
    }

    @Override
    public void close() throws IOException {
        thread.close();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
