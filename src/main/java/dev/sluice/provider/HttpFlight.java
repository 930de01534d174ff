package dev.sluice.provider;

import dev.sluice.provider.Upstream.Answer;
import dev.sluice.provider.Upstream.Break;
import java.util.Optional;

/** One request on its way, from the wait for a connection to the end of its answer. Lives on one event loop. */
final class HttpFlight implements Upstream.Flight {
    private final HttpRequest request;
    private final Answer answer;
    private Optional<Connection> connection = Optional.empty();
    private Optional<ConnectionPool> queue = Optional.empty();
    private Break lost = Break.LOST;
    private boolean left;
    private boolean over;
    private boolean paused;

    HttpFlight(HttpRequest request, Answer answer) {
        this.request = request;
        this.answer = answer;
    }

    boolean isOver() {
        return over;
    }

    /** Will hear from the pool when there is a connection, unless it leaves before. */
    void waitIn(ConnectionPool pool) {
        queue = Optional.of(pool);
    }

    /** Goes out on a connection that is free. */
    void board(Connection free) {
        queue = Optional.empty();
        connection = Optional.of(free);
        lost = free.used() ? Break.STALE : Break.LOST;
        free.carry(this, request);
        left = true;
        if (paused) {
            free.read(false);
        }
    }

    void head(int status, Upstream.Header header) {
        lost = Break.LOST;
        answer.head(status, header);
    }

    void bytes(byte[] piece) {
        answer.bytes(piece);
    }

    void end() {
        land();
        answer.end();
    }

    /** Its connection ended before its answer did. */
    void lost() {
        fail(lost);
    }

    void fail(Break how) {
        if (!over) {
            land();
            answer.broken(how);
        }
    }

    @Override
    public boolean hasLeft() {
        return left;
    }

    private void land() {
        over = true;
        connection = Optional.empty(); // From now on it may carry somebody else.
        queue = Optional.empty();
    }

    @Override
    public void pause() {
        paused = true;
        connection.ifPresent(line -> line.read(false));
    }

    @Override
    public void resume() {
        paused = false;
        connection.ifPresent(line -> line.read(true));
    }

    @Override
    public void reset() {
        Optional<Connection> carrier = connection;
        Optional<ConnectionPool> left = queue;
        land();
        carrier.ifPresent(Connection::close);
        left.ifPresent(pool -> pool.leave(this));
    }
}
