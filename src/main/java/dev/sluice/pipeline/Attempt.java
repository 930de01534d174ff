package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.client.Request;
import dev.sluice.provider.AfterCancel;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.routing.Hop;
import java.util.Locale;
import java.util.Optional;

/**
 * One attempt at one provider: its seat, its intent, its flight and its booking. Lives on its exchange's loop.
 *
 * <p>Whatever happens, the seat and, once intended, the money are given back exactly once. {@link Stage#OVER} guards
 * that.
 */
final class Attempt implements Upstream.Answer, Ledger.Intended {

    /** A server that keeps the connection open behind its end mark must not hold the client for longer. */
    private static final long LINGER = 1_000_000_000L;

    /** How far it has come. */
    private enum Stage {
        WAITING,
        HOLDING,
        BOOKING,
        SENT,
        OVER
    }

    private final Exchange exchange;
    private final Parts parts;
    private final Provider provider;
    private final Hop hop;
    private final Seat seat;
    private final AttemptTimes times;
    private final Booking booking;
    private final Incoming incoming;
    private final Ear ear;
    private Target target;
    private Stage stage = Stage.WAITING;
    private Optional<Outbound> outbound = Optional.empty();
    private Optional<Upstream.Flight> flight = Optional.empty();

    Attempt(Exchange exchange, Parts parts, AttemptOrder order) {
        Request request = order.call().request();
        this.exchange = exchange;
        this.ear = new Ear(exchange, this);
        this.parts = parts;
        this.provider = order.provider();
        this.hop = order.hop();
        Target plain = provider.target(hop.model(), hop.thinking());
        this.seat = new Seat(
                provider.places(), order.permit(), exchange.lane().loop(), () -> Mishap.guard(exchange, this::seated));
        this.times = new AttemptTimes(parts, request);
        this.incoming =
                new Incoming(request.inbound().body(), body -> exchange.bridge().usageOfRefusal(target, body));
        this.booking = new Booking(parts, plain, order);
        this.target = booking.target();
    }

    // ---- a seat, an intent, a flight

    void start() {
        switch (seat.take()) {
            case ADMITTED -> book();
            case QUEUED -> {}
            case REFUSED -> exchange.leave(this, "no_place", Seat.NONE_FREE);
        }
    }

    /** A place was waited for. */
    private void seated() {
        booking.reprice();
        book();
    }

    private void book() {
        outbound = exchange.outboundFor(this);
        if (outbound.isPresent()) {
            hold();
        }
    }

    /** Also asked again after a wait, in which other parts of the call may have taken what was left. */
    private void hold() {
        booking.tooDear(outbound.orElseThrow())
                .ifPresentOrElse(why -> exchange.leave(this, "max_cost", why), this::holdInLimits);
    }

    private void holdInLimits() {
        switch (booking.hold(outbound.orElseThrow(), parts.ticker().nanos())) {
            case Purse.Step.Go() -> intend();
            case Purse.Step.Wait() -> stage = Stage.HOLDING;
            case Purse.Step.Shorten(long tokens) -> {
                booking.shorten(tokens);
                target = booking.target();
                book();
            }
            case Purse.Step.Refuse refusal -> exchange.unaffordable(this, refusal);
        }
    }

    private void intend() {
        if (!booking.isFree()) {
            stage = Stage.BOOKING;
            parts.ledger().intend(booking.intent(), exchange.lane().loop(), this);
        } else {
            send();
        }
    }

    @Override
    public void durable() {
        Mishap.guard(exchange, stage == Stage.OVER ? () -> settle(Outcome.State.VOIDED, "cancelled") : this::send);
    }

    @Override
    public void refused(Failure.LedgerUnavailable failure) {
        booking.giveUp();
        if (stage != Stage.OVER) {
            Mishap.guard(exchange, () -> exchange.unbookable(this, failure));
        }
    }

    private void send() {
        stage = Stage.SENT;
        times.noteSent();
        flight = Optional.of(exchange.lane()
                .upstream(provider.config())
                .send(
                        provider.config(),
                        outbound.orElseThrow(),
                        booking.intent().attemptId(),
                        ear));
    }

    // ---- what comes back

    @Override
    public void head(int status, Upstream.Header header) {
        incoming.head(status, header, this::newRelay);
    }

    private Relay newRelay() {
        return exchange.bridge().relay(target, booking.receipt(incoming::usage, exchange::isHeadBare), times);
    }

    @Override
    public void bytes(byte[] piece) {
        if (stage != Stage.SENT) {
            return;
        }
        times.noteSign();
        if (incoming.relay().isPresent()) {
            relayed(incoming.relay().get(), piece);
        } else if (incoming.refusal(piece)) {
            refused();
        }
    }

    private void relayed(Relay relay, byte[] piece) {
        byte[] ready = relay.feed(piece);
        times.noteContent(contentSeen());
        if (ready.length > 0) {
            exchange.produced(this, ready);
        }
        if (relay.failure().isPresent() && stage == Stage.SENT) {
            fail(relay.failure().get());
        }
    }

    @Override
    public void end() {
        if (stage != Stage.SENT) {
            return;
        }
        if (incoming.relay().isEmpty()) {
            refused();
            return;
        }
        flight = Optional.empty();
        times.noteSign();
        Relay relay = incoming.relay().get();
        byte[] rest = relay.end();
        times.noteContent(contentSeen());
        relay.failure().ifPresentOrElse(this::fail, () -> exchange.finished(this, rest));
    }

    private void refused() {
        fail(exchange.bridge().refusal(target, incoming.status(), incoming.header(), incoming.refusal()));
    }

    @Override
    public void broken(Upstream.Break how) {
        if (stage != Stage.SENT) {
            return;
        }
        flight = Optional.empty();
        if (!how.maybeSent()) {
            incoming.unreached();
        }
        if (incoming.complete()) {
            exchange.finished(this, incoming.relay().orElseThrow().end());
        } else if (contentSeen()) {
            fail(Failure.Kind.CUT, "the provider's stream ended before the answer was complete");
        } else {
            fail(how.kind(), "provider '" + provider.name() + "' " + how.words());
        }
    }

    // ---- the clock

    void beat(long now) {
        switch (stage) {
            case WAITING -> {
                if (!seat.isTaken()
                        && times.silentSince(now) > parts.config().place().toNanos()) {
                    exchange.leave(this, "no_place", Seat.NONE_FREE);
                }
            }
            case HOLDING -> {
                booking.reprice();
                hold();
            }
            case SENT -> watch(now);
            case BOOKING, OVER -> {}
        }
    }

    private void watch(long now) {
        if (incoming.complete() && times.silentSince(now) > LINGER) {
            dropFlight();
            exchange.finished(this, incoming.relay().orElseThrow().end());
        } else if (contentSeen()) {
            if (times.silentSince(now) > provider.config().idle().toNanos()) {
                fail(Failure.Kind.IDLE_TIMEOUT, "the provider stopped sending in the middle of its answer");
            }
        } else if (times.waitingSince(now) > longestWait()) {
            fail(Failure.Kind.FIRST_TOKEN_TIMEOUT, "the provider took too long to begin its answer");
        }
    }

    private long longestWait() {
        boolean stream = outbound.filter(Outbound::stream).isPresent();
        return provider.config().longestWait(stream).toNanos();
    }

    private void fail(Failure.Kind kind, String words) {
        fail(new Failure.Upstream(kind, 0, words));
    }

    /** All that a provider says of a failure goes this way, to the client and into the log. */
    private void fail(Failure.Upstream failure) {
        exchange.failed(this, parts.fleet().keys().hiddenIn(failure));
    }

    // ---- the end

    /** Ends it without a failure of its own: the client left, the time is over, there was no place. */
    void abandon(String how) {
        if (stage == Stage.OVER) {
            return;
        }
        boolean unmade = stage == Stage.WAITING || stage == Stage.HOLDING;
        boolean departing = stage == Stage.SENT;
        boolean sent = departing && flight.filter(Upstream.Flight::hasLeft).isPresent();
        if (sent && incoming.complete()) {
            succeed(); // Whoever leaves with the whole answer in hand has been served.
            return;
        }
        seat.permit().released(); // Before anybody outside can notice that this attempt is over.
        if (sent && isDrained(how)) {
            return;
        }
        over();
        if (sent) {
            settle(booking.isChargeSeen(outbound, contentSeen()) ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT, how);
        } else if (departing) {
            settle(Outcome.State.VOIDED, how);
        } else if (unmade) {
            booking.forgo();
        }
    }

    /** Whether the rest is read although nobody waits for it, because it is charged anyway. */
    private boolean isDrained(String how) {
        if (provider.config().afterCancel() != AfterCancel.BILLS
                || flight.isEmpty()
                || !parts.drains().enter()) {
            return false;
        }
        stage = Stage.OVER;
        Drain drain = new Drain(
                exchange.lane().loop(),
                flight.get(),
                incoming,
                this::newRelay,
                (ended, state) -> drained(ended, state, how),
                parts.ticker().nanos());
        flight = Optional.empty();
        ear.listen(drain);
        parts.drains().begin(drain);
        return true;
    }

    private void drained(Drain drain, Outcome.State state, String how) {
        seat.leave();
        settle(state, how);
        parts.drains().leave(drain); // After the ledger knows: with the last one gone, it may be closed.
    }

    void succeed() {
        seat.permit().succeeded();
        over();
        settle(Outcome.State.SETTLED, "ok");
    }

    /** Books a failure and gives everything back. The breaker hears of it only where the table says so. */
    void fail(Failure.Upstream failure, boolean countsAgainstProvider) {
        if (countsAgainstProvider) {
            seat.permit().failed();
        } else {
            seat.permit().released();
        }
        over();
        settle(
                incoming.moneyAfterFailure(booking.isChargeSeen(outbound, contentSeen())),
                failure.kind().name().toLowerCase(Locale.ROOT));
    }

    private void over() {
        stage = Stage.OVER;
        dropFlight();
        seat.leave();
    }

    private void dropFlight() {
        flight.ifPresent(Upstream.Flight::reset);
        flight = Optional.empty();
    }

    private void settle(Outcome.State state, String how) {
        Optional<Usage> usage = state == Outcome.State.SETTLED ? Optional.of(incoming.usage()) : Optional.empty();
        exchange.booked(booking.settle(state, usage, incoming, how, times));
    }

    // ---- what the exchange asks

    Booking booking() {
        return booking;
    }

    void pause() {
        flight.ifPresent(Upstream.Flight::pause);
    }

    void resume() {
        times.noteSign();
        flight.ifPresent(Upstream.Flight::resume);
    }

    boolean contentSeen() {
        return incoming.contentSeen();
    }

    AnswerClock clock() {
        return times;
    }

    Optional<Relay> relay() {
        return incoming.relay();
    }

    Provider provider() {
        return provider;
    }

    Hop hop() {
        return hop;
    }

    Target target() {
        return target;
    }

    Optional<Outbound> outbound() {
        return outbound;
    }
}
