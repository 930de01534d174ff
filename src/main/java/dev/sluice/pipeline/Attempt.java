package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.limit.Breaker;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.routing.Hop;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * One attempt at one provider: its place, its intent, its flight and its booking. Lives on its exchange's loop.
 *
 * <p>Whatever happens, three things it holds are given back exactly once: the breaker's permit, the place, and, once
 * intended, the money. {@link Stage#OVER} guards that.
 */
final class Attempt implements Upstream.Answer, Ledger.Intended, ConcurrencyLimit.Waiter {

    /** A server that keeps the connection open behind its end mark must not hold the client for longer. */
    private static final long LINGER = 1_000_000_000L;

    /** How far it has come. */
    private enum Stage {
        WAITING,
        BOOKING,
        SENT,
        OVER
    }

    private final Exchange exchange;
    private final Parts parts;
    private final Request request;
    private final Provider provider;
    private final Hop hop;
    private final Target target;
    private final Breaker.Permit permit;
    private final AttemptTimes times;
    private final Booking booking;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream(0);

    private Stage stage = Stage.WAITING;
    private boolean placed;
    private boolean intended;
    private boolean reached = true;
    private Optional<Outbound> outbound = Optional.empty();
    private Optional<Upstream.Flight> flight = Optional.empty();
    private Optional<Relay> relay = Optional.empty();
    private Upstream.Header header = _ -> Optional.empty();
    private int status;

    Attempt(
            Exchange exchange,
            Parts parts,
            Request request,
            Provider provider,
            Hop hop,
            Breaker.Permit permit,
            int number,
            String decision) {
        this.exchange = exchange;
        this.parts = parts;
        this.request = request;
        this.provider = provider;
        this.hop = hop;
        this.permit = permit;
        this.target = provider.target(hop.model(), hop.thinking());
        this.times = new AttemptTimes(parts, request);
        Price price =
                parts.prices().at(provider.config(), hop.model(), parts.clock().instant());
        this.booking = new Booking(parts, request, target, price, number, decision);
    }

    // ---- a place, an intent, a flight

    void start() {
        switch (provider.places().enter(this)) {
            case ADMITTED -> {
                placed = true;
                book();
            }
            case QUEUED -> {}
            case REFUSED -> exchange.noPlace(this);
        }
    }

    @Override
    public void admitted() {
        exchange.lane().loop().execute(() -> {
            if (stage == Stage.OVER) {
                provider.places().leave();
            } else {
                placed = true;
                book();
            }
        });
    }

    private void book() {
        outbound = exchange.outboundFor(this);
        if (outbound.isEmpty()) {
            return;
        }
        if (booking.mustBeDurable()) {
            stage = Stage.BOOKING;
            parts.ledger().intend(booking.intent(), exchange.lane().loop(), this);
        } else {
            send();
        }
    }

    @Override
    public void durable() {
        intended = true;
        if (stage == Stage.OVER) {
            settle(Outcome.State.VOIDED, "cancelled");
        } else {
            send();
        }
    }

    @Override
    public void refused(Failure.LedgerUnavailable failure) {
        if (stage != Stage.OVER) {
            exchange.unbookable(this, failure);
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
                        this));
    }

    // ---- what comes back

    @Override
    public void head(int code, Upstream.Header headers) {
        status = code;
        header = headers;
        if (status >= 200 && status < 300) {
            relay = Optional.of(exchange.bridge().relay(target, booking.receipt(this::usageSoFar), times));
        }
    }

    @Override
    public void bytes(byte[] piece) {
        if (stage != Stage.SENT) {
            return;
        }
        times.noteSign();
        if (relay.isEmpty()) {
            refusal.write(piece, 0, Math.min(piece.length, PipelineConfig.REFUSAL_BODY - refusal.size()));
            if (refusal.size() == PipelineConfig.REFUSAL_BODY) {
                refused(); // What it means is known by now; the rest may have no end.
            }
            return;
        }
        byte[] ready = relay.get().feed(piece);
        noteContent();
        if (ready.length > 0) {
            exchange.produced(this, ready);
        }
        if (relay.get().failure().isPresent() && stage == Stage.SENT) {
            exchange.failed(this, relay.get().failure().get());
        }
    }

    private void noteContent() {
        if (contentSeen()) {
            times.noteContent();
        }
    }

    @Override
    public void end() {
        if (stage != Stage.SENT) {
            return;
        }
        if (relay.isEmpty()) {
            refused();
            return;
        }
        flight = Optional.empty();
        times.noteSign();
        byte[] rest = relay.get().end();
        noteContent();
        relay.get()
                .failure()
                .ifPresentOrElse(failure -> exchange.failed(this, failure), () -> exchange.finished(this, rest));
    }

    private void refused() {
        exchange.failed(this, exchange.bridge().refusal(target, status, header, refusal.toByteArray()));
    }

    @Override
    public void broken(boolean sent, String reason) {
        if (stage != Stage.SENT) {
            return;
        }
        flight = Optional.empty();
        reached = sent;
        if (relay.isPresent() && relay.get().complete()) {
            exchange.finished(this, relay.get().end());
        } else if (contentSeen()) {
            fail(Failure.Kind.CUT, "the provider's stream ended before the answer was complete");
        } else {
            fail(
                    Failure.Kind.CONNECT,
                    sent
                            ? "the provider closed the connection without an answer"
                            : "the provider could not be reached");
        }
    }

    // ---- the clock

    /** Looks at the clock. */
    void beat(long now) {
        switch (stage) {
            case WAITING -> {
                if (!placed && times.silentSince(now) > parts.config().place().toNanos()) {
                    exchange.noPlace(this);
                }
            }
            case SENT -> watch(now);
            case BOOKING, OVER -> {}
        }
    }

    private void watch(long now) {
        if (relay.isPresent() && relay.get().complete() && times.silentSince(now) > LINGER) {
            Relay whole = relay.get();
            dropFlight();
            exchange.finished(this, whole.end());
        } else if (contentSeen()) {
            if (times.silentSince(now) > provider.config().idle().toNanos()) {
                fail(Failure.Kind.IDLE_TIMEOUT, "the provider stopped sending in the middle of its answer");
            }
        } else if (times.waitingSince(now) > longestWait().toNanos()) {
            fail(Failure.Kind.FIRST_TOKEN_TIMEOUT, "the provider took too long to begin its answer");
        }
    }

    /** An answer that is not streamed shows nothing before it is whole. */
    private Duration longestWait() {
        boolean streamed = outbound.map(Outbound::stream).orElse(false);
        return streamed ? provider.config().firstContent() : provider.config().wholeAnswer();
    }

    private void fail(Failure.Kind kind, String words) {
        exchange.failed(this, new Failure.Upstream(kind, 0, words));
    }

    // ---- the end

    /** Ends it without a failure of its own: the client left, the time is over, there was no place. */
    void abandon(String how) {
        if (stage == Stage.OVER) {
            return;
        }
        boolean sent = stage == Stage.SENT;
        if (sent && relay.isPresent() && relay.get().complete()) {
            succeed(); // Whoever leaves with the whole answer in hand has been served.
            return;
        }
        permit.released(); // Before anybody outside can notice that this attempt is over.
        over();
        if (sent) {
            settle(contentSeen() ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT, how);
        } else if (intended) {
            settle(Outcome.State.VOIDED, how);
        }
    }

    /** Books a success. */
    void succeed() {
        permit.succeeded();
        over();
        settle(Outcome.State.SETTLED, "ok");
    }

    /** Books a failure and gives everything back. The breaker hears of it only where the table says so. */
    void fail(Failure.Upstream failure, boolean countsAgainstProvider) {
        if (countsAgainstProvider) {
            permit.failed();
        } else {
            permit.released();
        }
        over();
        settle(moneyAfterFailure(), failure.kind().name().toLowerCase(Locale.ROOT));
    }

    /** A provider bills what it generated; it does not bill a refusal; what lies between is in doubt. */
    private Outcome.State moneyAfterFailure() {
        if (relay.isPresent()) {
            boolean counted = relay.get().usage().isPresent();
            return counted || contentSeen() ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT;
        }
        return status >= 300 || !reached || !times.wasSent() ? Outcome.State.VOIDED : Outcome.State.IN_DOUBT;
    }

    private void over() {
        stage = Stage.OVER;
        dropFlight();
        if (placed) {
            placed = false;
            provider.places().leave();
        } else {
            provider.places().giveUp(this);
        }
    }

    private void dropFlight() {
        flight.ifPresent(Upstream.Flight::reset);
        flight = Optional.empty();
    }

    private void settle(Outcome.State state, String how) {
        Optional<Usage> usage = state == Outcome.State.SETTLED ? Optional.of(usageSoFar()) : Optional.empty();
        String answeredBy = relay.map(Relay::answeredBy).orElse("");
        exchange.booked(booking.settle(state, usage, status, how, answeredBy, times));
    }

    private Usage usageSoFar() {
        return relay.flatMap(Relay::usage)
                .orElseGet(() -> TokenEstimate.usage(
                        request.inbound().body(),
                        relay.map(Relay::charactersSeen).orElse(0L)));
    }

    // ---- what the exchange asks

    Optional<Cost> costBeforehand() {
        return booking.costBeforehand();
    }

    void pause() {
        flight.ifPresent(Upstream.Flight::pause);
    }

    void resume() {
        times.noteSign();
        flight.ifPresent(Upstream.Flight::resume);
    }

    boolean contentSeen() {
        return relay.isPresent() && relay.get().contentSeen();
    }

    AnswerClock clock() {
        return times;
    }

    Optional<Relay> relay() {
        return relay;
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
