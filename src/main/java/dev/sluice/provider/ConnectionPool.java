package dev.sluice.provider;

import dev.sluice.provider.Upstream.Break;
import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Supplier;

/**
 * The connections to one provider. The one given back last goes out first, so that those nobody needs grow old and are
 * closed here before the provider closes them. Lives on one event loop.
 */
final class ConnectionPool implements Loop.Pulse {
    /** The most connections, and the most requests that wait for one. */
    static final int MOST = 4096;

    private final int most;
    private final Supplier<Future<Channel>> opener;
    private final Loop loop;
    private final Ticker ticker;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final SequencedSet<HttpFlight> waiting = new LinkedHashSet<>();
    private int open;

    /**
     * @param most connections, and as many requests that wait for one
     * @param opener opens one more connection; never done within its call
     */
    ConnectionPool(int most, Supplier<Future<Channel>> opener, Loop loop, Ticker ticker) {
        this.most = most;
        this.opener = opener;
        this.loop = loop;
        this.ticker = ticker;
    }

    /** Finds a connection for the flight, now or later; it hears where there is none. */
    void board(HttpFlight flight) {
        Optional<Connection> free = youngest();
        if (free.isPresent()) {
            flight.board(free.get());
        } else if (open < most) {
            open(flight);
        } else if (waiting.size() < most) {
            waiting.addLast(flight);
            flight.waitIn(this);
        } else {
            loop.execute(() -> flight.fail(Break.FULL));
        }
    }

    /** Nobody needs the flight any more. */
    void leave(HttpFlight flight) {
        waiting.remove(flight);
    }

    private Optional<Connection> youngest() {
        long now = ticker.nanos();
        while (!idle.isEmpty()) {
            Connection youngest = idle.removeLast();
            if (!youngest.isOld(now)) {
                return Optional.of(youngest);
            }
            youngest.close();
        }
        return Optional.empty();
    }

    private void open(HttpFlight flight) {
        open++;
        opener.get().onComplete(channel -> opened(channel, flight), failed -> unopened(Unopened.why(failed), flight));
    }

    private void opened(Channel channel, HttpFlight flight) {
        if (!channel.isActive()) {
            unopened(Break.NOT_REACHED, flight); // It has ended already, and will not say so again.
        } else if (flight.isOver()) {
            giveBack(Connection.on(channel, this));
        } else {
            flight.board(Connection.on(channel, this));
        }
    }

    private void unopened(Break why, HttpFlight flight) {
        open--;
        boardNext(); // First, because whoever hears of it may try again at once, and would overtake.
        flight.fail(why);
    }

    /** It has carried its request and can carry another one. */
    void giveBack(Connection connection) {
        Optional<HttpFlight> next = nextWaiting();
        if (next.isPresent()) {
            next.get().board(connection);
        } else {
            connection.rest(ticker.nanos());
            idle.addLast(connection);
        }
    }

    /** It is closed. */
    void ended(Connection connection) {
        open--;
        idle.remove(connection);
        boardNext();
    }

    private void boardNext() {
        nextWaiting().ifPresent(this::board);
    }

    private Optional<HttpFlight> nextWaiting() {
        return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.removeFirst());
    }

    @Override
    public void beat(long now) {
        while (!idle.isEmpty() && idle.getFirst().isOld(now)) {
            idle.removeFirst().close();
        }
    }
}
