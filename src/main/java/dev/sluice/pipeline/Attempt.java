package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.limit.Breaker;
import dev.sluice.limit.ConcurrencyLimit;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.routing.Hop;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One attempt at one provider: its place, its intent, its flight and its booking. Lives on its exchange's loop.
 *
 * <p>Whatever happens, three things it holds are given back exactly once: the breaker's permit, the place, and, once
 * intended, the money. {@link #over} guards that.
 */
final class Attempt implements Upstream.Answer, Ledger.Intended, ConcurrencyLimit.Waiter, AnswerClock {

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
    private final Price price;
    private final int number;
    private final String decision;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream(0);

    private Stage stage = Stage.WAITING;
    private boolean placed;
    private boolean intended;
    private Optional<Outbound> outbound = Optional.empty();
    private Optional<Intent> intent = Optional.empty();
    private Optional<Upstream.Flight> flight = Optional.empty();
    private Optional<Relay> relay = Optional.empty();
    private Upstream.Header header = _ -> Optional.empty();
    private int status;
    private long sentNanos;
    private long firstContentNanos;
    private long lastBytesNanos;

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
        this.number = number;
        this.decision = decision;
        this.target = provider.target(hop.model(), hop.thinking());
        this.price =
                parts.prices().at(provider.config(), hop.model(), parts.clock().instant());
        this.lastBytesNanos = parts.ticker().nanos();
    }

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
        Intent planned = intent();
        intent = Optional.of(planned);
        if (price.free()) {
            send();
            return;
        }
        stage = Stage.BOOKING;
        parts.ledger().intend(planned, exchange.lane().loop(), this);
    }

    private Intent intent() {
        return new Intent(
                request.id() + "-" + number,
                request.id(),
                number,
                parts.clock().instant(),
                request.caller(),
                request.inbound().endpoint().operation(),
                request.inbound().model(),
                provider.name(),
                hop.model(),
                request.inbound().stream(),
                bound(),
                price.version(),
                decision);
    }

    private Optional<Money> bound() {
        long cap = request.inbound()
                .outputCap()
                .orElse(target.outputCap().orElse(target.contextLimit() > 0 ? target.contextLimit() : UNCAPPED));
        return price.bound(
                TokenEstimate.upperBound(request.inbound().body()),
                Math.min(cap, UNCAPPED) * request.inbound().choices());
    }

    /** Where neither the client nor the settings cap the output: the largest answer that any provider gives today. */
    private static final long UNCAPPED = 384_000;

    @Override
    public void durable() {
        intended = true;
        if (stage == Stage.OVER) {
            settle(Outcome.State.VOIDED, Optional.empty(), "cancelled");
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
        sentNanos = tick();
        lastBytesNanos = sentNanos;
        flight = Optional.of(exchange.lane()
                .upstream(provider.config())
                .send(provider.config(), outbound.orElseThrow(), request.id() + "-" + number, this));
    }

    @Override
    public void head(int code, Upstream.Header headers) {
        status = code;
        header = headers;
        if (isSuccess()) {
            relay = Optional.of(exchange.relayFor(this));
        }
    }

    private boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    @Override
    public void bytes(byte[] piece) {
        if (stage != Stage.SENT) {
            return;
        }
        lastBytesNanos = tick();
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
        if (firstContentNanos == 0 && relay.isPresent() && relay.get().contentSeen()) {
            firstContentNanos = lastBytesNanos;
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
        lastBytesNanos = tick();
        byte[] rest = relay.get().end();
        noteContent();
        relay.get()
                .failure()
                .ifPresentOrElse(failure -> exchange.failed(this, failure), () -> exchange.finished(this, rest));
    }

    private void refused() {
        exchange.failed(this, exchange.refusalOf(this, status, header, refusal.toByteArray()));
    }

    @Override
    public void broken(boolean sent, String reason) {
        if (stage != Stage.SENT) {
            return;
        }
        flight = Optional.empty();
        if (relay.isPresent() && relay.get().complete()) {
            exchange.finished(this, relay.get().end());
            return;
        }
        Failure.Kind kind = contentSeen() ? Failure.Kind.CUT : Failure.Kind.CONNECT;
        String words = contentSeen()
                ? "the provider's stream ended before the answer was complete"
                : sent ? "the provider closed the connection without an answer" : "the provider could not be reached";
        exchange.failed(this, new Failure.Upstream(kind, sent ? -1 : 0, words));
    }

    /** Looks at the clock. */
    void beat(long now) {
        switch (stage) {
            case WAITING -> {
                if (!placed && now - lastBytesNanos > parts.config().place().toNanos()) {
                    exchange.noPlace(this);
                }
            }
            case SENT -> watch(now);
            case BOOKING, OVER -> {}
        }
    }

    private void watch(long now) {
        long silent = now - lastBytesNanos;
        if (relay.isPresent() && relay.get().complete() && silent > LINGER) {
            // The answer is whole; a server that keeps the connection open behind its end mark must not hold the
            // client.
            Relay whole = relay.get();
            dropFlight();
            exchange.finished(this, whole.end());
            return;
        }
        if (contentSeen() && silent > provider.config().idle().toNanos()) {
            fail(Failure.Kind.IDLE_TIMEOUT, "the provider stopped sending in the middle of its answer");
        } else if (!contentSeen()
                && now - sentNanos > provider.config().firstContent().toNanos()) {
            fail(Failure.Kind.FIRST_TOKEN_TIMEOUT, "the provider took too long to begin its answer");
        }
    }

    private static final long LINGER = 1_000_000_000L;

    private void fail(Failure.Kind kind, String words) {
        exchange.failed(this, new Failure.Upstream(kind, 0, words));
    }

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
        if (!sent) {
            if (intended) {
                settle(Outcome.State.VOIDED, Optional.empty(), how);
            }
        } else if (contentSeen()) {
            settle(Outcome.State.SETTLED, Optional.of(usageSoFar()), how);
        } else {
            settle(Outcome.State.IN_DOUBT, Optional.empty(), how);
        }
    }

    /** Books a success. */
    void succeed() {
        permit.succeeded();
        over();
        settle(Outcome.State.SETTLED, Optional.of(usageSoFar()), "ok");
    }

    /** Books a failure and gives everything back. The breaker hears of it only where the table says so. */
    void fail(Failure.Upstream failure, boolean countsAgainstProvider) {
        if (countsAgainstProvider) {
            permit.failed();
        } else {
            permit.released();
        }
        over();
        String how = failure.kind().name().toLowerCase(Locale.ROOT);
        switch (moneyAfter(failure)) {
            case VOIDED -> settle(Outcome.State.VOIDED, Optional.empty(), how);
            case IN_DOUBT -> settle(Outcome.State.IN_DOUBT, Optional.empty(), how);
            case SETTLED -> settle(Outcome.State.SETTLED, Optional.of(usageSoFar()), how);
        }
    }

    /** A provider bills what it generated; it does not bill a refusal; what lies between is in doubt. */
    private Outcome.State moneyAfter(Failure.Upstream failure) {
        if (relay.isPresent()) {
            boolean counted = relay.get().usage().isPresent();
            return counted || contentSeen() ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT;
        }
        boolean neverSent = failure.kind() == Failure.Kind.CONNECT && failure.status() == 0;
        return status >= 300 || neverSent || sentNanos == 0 ? Outcome.State.VOIDED : Outcome.State.IN_DOUBT;
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

    private void settle(Outcome.State state, Optional<Usage> usage, String how) {
        Intent booked = intent.orElseThrow();
        Outcome outcome = new Outcome(
                booked.attemptId(),
                state,
                parts.clock().instant(),
                usage,
                cost(state, usage),
                Math.max(0, status),
                how,
                relay.map(Relay::answeredBy).orElse(""),
                span(sentNanos),
                span(firstContentNanos),
                sinceArrival());
        if (price.free()) {
            parts.ledger().record(booked, outcome);
        } else {
            parts.ledger().settle(outcome);
        }
        parts.observer().attemptEnded(booked, outcome);
        exchange.booked(outcome);
    }

    private Cost cost(Outcome.State state, Optional<Usage> usage) {
        if (price.free()) {
            return new Cost.Free();
        }
        return switch (state) {
            case SETTLED -> usage.map(price::of).orElseGet(Cost.Unpriced::new);
            case VOIDED -> new Cost.Priced(Money.ZERO);
            case IN_DOUBT ->
                intent.orElseThrow().bound().<Cost>map(Cost.Priced::new).orElseGet(Cost.Unpriced::new);
        };
    }

    private Usage usageSoFar() {
        return relay.flatMap(Relay::usage)
                .orElseGet(() -> TokenEstimate.usage(
                        request.inbound().body(),
                        relay.map(Relay::charactersSeen).orElse(0L)));
    }

    /** What the final chunk of a stream says about its cost; nothing where the reply's head can say it already. */
    Receipt receipt() {
        if (price.free() || price.rank().isEmpty()) {
            return Receipt.NONE;
        }
        return usage -> Optional.of(new RawJson("{\"cost\":\""
                + price.of(usage.orElseGet(this::usageSoFar))
                + "\",\"provider\":\"" + provider.name() + "\"}"));
    }

    /** The cost where it is known before the answer is; empty where it depends on the usage. */
    Optional<Cost> costBeforehand() {
        if (price.free()) {
            return Optional.of(new Cost.Free());
        }
        return price.rank().isEmpty() ? Optional.of(new Cost.Unpriced()) : Optional.empty();
    }

    void pause() {
        flight.ifPresent(Upstream.Flight::pause);
    }

    void resume() {
        lastBytesNanos = tick();
        flight.ifPresent(Upstream.Flight::resume);
    }

    boolean contentSeen() {
        return relay.isPresent() && relay.get().contentSeen();
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

    private long tick() {
        return parts.ticker().nanos();
    }

    private long span(long until) {
        return until == 0 ? 0 : until - request.arrivedNanos();
    }

    @Override
    public Instant now() {
        return parts.clock().instant();
    }

    @Override
    public long sinceArrival() {
        return tick() - request.arrivedNanos();
    }

    @Override
    public long untilSent() {
        return sentNanos == 0 ? sinceArrival() : span(sentNanos);
    }

    @Override
    public long untilFirstContent() {
        return firstContentNanos == 0 ? sinceArrival() : span(firstContentNanos);
    }
}
