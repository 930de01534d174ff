package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Outcome;
import dev.sluice.limit.Breaker;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Money;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.provider.Verdict;
import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import dev.sluice.time.Loop;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One client's call on its way through the chain. Lives on one loop; nothing in it blocks or locks.
 *
 * <p>It is a small state machine. An {@link Attempt} runs; it ends well and the call is over, or it fails and the
 * failure table says what is next: the same provider again after a pause, the next provider, or the end. What the
 * client has seen decides what is still possible: until real content was sent another provider may take over unseen;
 * after it, a failure is told in the stream, and never a clean end.
 */
final class Exchange implements Running, Loop.Pulse {
    private final Parts parts;
    private final Lane lane;
    private final Request request;
    private final ClientSide client;
    private final Plan plan;
    private final List<ReplyHead.Header> extraHeaders;
    private final Runnable whenOver;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private Optional<Attempt> running = Optional.empty();
    private Optional<Front.Asked> asked = Optional.empty();
    private Optional<Failure> lastFailure = Optional.empty();
    private Optional<Attempt> lastAttempt = Optional.empty();
    private int hopIndex;
    private int triesHere;
    private int attempts;
    private long resumeAtNanos;
    private boolean pausing;
    private boolean begun;
    private boolean contentSent;
    private boolean clientFull;
    private boolean over;
    private long lastWriteNanos;
    private Money spent = Money.ZERO;
    private boolean anythingPriced;
    private boolean unpriced;

    Exchange(
            Parts parts,
            Lane lane,
            Request request,
            ClientSide client,
            Plan plan,
            List<ReplyHead.Header> extraHeaders,
            Runnable whenOver) {
        this.parts = parts;
        this.lane = lane;
        this.request = request;
        this.client = client;
        this.plan = plan;
        this.extraHeaders = extraHeaders;
        this.whenOver = whenOver;
        this.lastWriteNanos = request.arrivedNanos();
    }

    void start() {
        lane.loop().add(this);
        tryHop();
    }

    Lane lane() {
        return lane;
    }

    // ---- from attempt to attempt

    private void tryHop() {
        while (!over && hopIndex < plan.hops().size()) {
            Hop hop = plan.hops().get(hopIndex);
            Optional<Provider> provider = parts.fleet().find(hop.provider());
            Optional<Breaker.Permit> permit =
                    provider.flatMap(found -> found.standing().enter(hop.model()));
            if (provider.isPresent() && permit.isPresent()) {
                begin(provider.get(), hop, permit.get());
                return;
            }
            nextHop();
        }
        if (!over) {
            giveUp();
        }
    }

    private void begin(Provider provider, Hop hop, Breaker.Permit permit) {
        if (attempts >= parts.config().attempts()) {
            permit.released();
            giveUp();
            return;
        }
        attempts++;
        triesHere++;
        Attempt attempt = new Attempt(this, parts, request, provider, hop, permit, attempts, decision());
        running = Optional.of(attempt);
        lastAttempt = running;
        attempt.start();
    }

    private String decision() {
        String place = (hopIndex + 1) + " of " + plan.hops().size();
        return lastFailure.map(failure -> place + " after " + kind(failure)).orElse(place);
    }

    private void nextHop() {
        hopIndex++;
        triesHere = 0;
    }

    /** The provider has no place for this call; that says nothing about its health. */
    void noPlace(Attempt attempt) {
        lastFailure = Optional.of(
                new Failure.Busy("all places at the provider are taken; try again shortly", Duration.ofSeconds(1)));
        attempt.abandon("no_place");
        running = Optional.empty();
        nextHop();
        tryHop();
    }

    /** The ledger cannot make the intent durable: nothing with a price may be sent. */
    void unbookable(Attempt attempt, Failure.LedgerUnavailable failure) {
        attempt.abandon("unbookable");
        refuse(failure);
    }

    /** An attempt has failed. */
    void failed(Attempt attempt, Failure.Upstream failure) {
        Verdict verdict = parts.failures().judge(failure, triesHere, parts.random());
        boolean counts = verdict.consequence() instanceof Verdict.Consequence.CountFailure;
        attempt.fail(failure, counts);
        remember(attempt, verdict.consequence());
        running = Optional.empty();
        lastFailure = Optional.of(failure);
        if (contentSent) {
            breakOff(failure);
            return;
        }
        held.reset();
        switch (verdict.next()) {
            case Verdict.Next.Again(Duration delay) -> pauseFor(delay);
            case Verdict.Next.Switch() -> {
                skipSmallerWindows(attempt, failure);
                tryHop();
            }
            case Verdict.Next.GiveUp() -> giveUp();
        }
    }

    /** Past one model's window only a larger one helps. */
    private void skipSmallerWindows(Attempt attempt, Failure.Upstream failure) {
        nextHop();
        if (failure.kind() != Failure.Kind.CONTEXT_TOO_LONG) {
            return;
        }
        long tooSmall = attempt.target().contextLimit();
        while (hopIndex < plan.hops().size() && window(plan.hops().get(hopIndex)) <= tooSmall) {
            nextHop();
        }
    }

    private long window(Hop hop) {
        return parts.fleet()
                .find(hop.provider())
                .map(provider -> provider.target(hop.model(), hop.thinking()).contextLimit())
                .orElse(0L);
    }

    private void pauseFor(Duration delay) {
        long until = parts.ticker().nanos() + delay.toNanos();
        if (until - request.deadlineNanos() >= 0 || attempts >= parts.config().attempts()) {
            nextHop();
            tryHop();
        } else if (delay.isZero()) {
            tryHop();
        } else {
            pausing = true;
            resumeAtNanos = until;
        }
    }

    private void remember(Attempt attempt, Verdict.Consequence consequence) {
        Provider provider = attempt.provider();
        switch (consequence) {
            case Verdict.Consequence.None() -> {}
            case Verdict.Consequence.CountFailure() -> {}
            case Verdict.Consequence.LeaveFor leave -> provider.standing().leaveFor(leave.reason(), leave.time());
            case Verdict.Consequence.Leave leave -> provider.standing().leave(leave.reason());
            case Verdict.Consequence.LeaveModelFor leave ->
                provider.standing().leaveModelFor(attempt.hop().model(), leave.time());
            case Verdict.Consequence.LacksAbility() ->
                request.inbound()
                        .needs()
                        .only()
                        .ifPresent(ability ->
                                provider.standing().rememberLack(attempt.hop().model(), ability));
        }
    }

    // ---- between the two sides

    /** The bytes for this attempt's provider; empty where they cannot be written, which is then already dealt with. */
    Optional<Outbound> outboundFor(Attempt attempt) {
        Back back = parts.dialects().back(attempt.target().dialect());
        try {
            return Optional.of(
                    sameDialect(attempt)
                            ? back.splice(request.inbound(), attempt.target())
                            : back.write(asked(), attempt.target()));
        } catch (GatewayException untranslatable) {
            lastFailure = Optional.of(untranslatable.failure());
            attempt.abandon("untranslatable");
            running = Optional.empty();
            nextHop();
            tryHop();
            return Optional.empty();
        }
    }

    Relay relayFor(Attempt attempt) {
        Back back = parts.dialects().back(attempt.target().dialect());
        if (sameDialect(attempt)) {
            return back.passThrough(request.inbound(), attempt.target(), attempt.receipt());
        }
        return new TranslatingRelay(
                back.reader(asked(), attempt.target()),
                request.front().writer(request.inbound(), attempt.receipt(), attempt));
    }

    Failure.Upstream refusalOf(Attempt attempt, int status, Upstream.Header header, byte[] body) {
        return parts.dialects().back(attempt.target().dialect()).refusal(status, header::get, body);
    }

    private boolean sameDialect(Attempt attempt) {
        return attempt.target().dialect() == request.inbound().endpoint().dialect();
    }

    private Front.Asked asked() {
        if (asked.isEmpty()) {
            asked = Optional.of(request.front().understand(request.inbound()));
        }
        return asked.get();
    }

    // ---- towards the client

    /** Bytes for the client are ready. */
    void produced(Attempt attempt, byte[] bytes) {
        if (!request.inbound().stream() || !attempt.contentSeen()) {
            hold(attempt, bytes);
            return;
        }
        if (!contentSent) {
            contentSent = true;
            open(attempt.relay().orElseThrow().contentType(), attempt);
            if (held.size() > 0) {
                write(held.toByteArray());
                held.reset();
            }
        }
        write(bytes);
    }

    private void hold(Attempt attempt, byte[] bytes) {
        held.writeBytes(bytes);
        if (request.inbound().stream() && held.size() > PipelineConfig.HELD_BACK) {
            failed(
                    attempt,
                    new Failure.Upstream(
                            Failure.Kind.NONSENSE, 0, "the provider sent no content, only endless preamble"));
        }
    }

    private void open(String contentType, Attempt attempt) {
        if (!begun) {
            begun = true;
            client.begin(new ReplyHead(200, contentType, Replies.streamHead(request, attempt, extraHeaders)));
        }
    }

    private void write(byte[] bytes) {
        lastWriteNanos = parts.ticker().nanos();
        if (!client.write(bytes) && !clientFull) {
            clientFull = true;
            running.ifPresent(Attempt::pause);
        }
    }

    @Override
    public void drained() {
        if (clientFull && !over) {
            clientFull = false;
            running.ifPresent(Attempt::resume);
        }
    }

    /** The answer is whole. */
    void finished(Attempt attempt, byte[] rest) {
        Relay relay = attempt.relay().orElseThrow();
        attempt.succeed();
        running = Optional.empty();
        if (request.inbound().stream()) {
            open(relay.contentType(), attempt);
            if (held.size() > 0) {
                client.write(held.toByteArray());
            }
            if (rest.length > 0) {
                client.write(rest);
            }
            client.end();
        } else {
            held.writeBytes(rest);
            client.reply(
                    new ReplyHead(
                            200, relay.contentType(), Replies.wholeHead(request, attempt, totalCost(), extraHeaders)),
                    held.toByteArray());
        }
        close(200, "");
    }

    private void breakOff(Failure failure) {
        byte[] tail = lastAttempt
                .flatMap(Attempt::relay)
                .map(relay -> relay.breakOff(failure))
                .orElseGet(() -> request.front()
                        .writer(request.inbound(), Receipt.NONE, noClock())
                        .breakOff(failure));
        client.write(tail);
        client.end();
        close(200, kind(failure));
    }

    private AnswerClock noClock() {
        return lastAttempt.orElseThrow();
    }

    /** Nobody is left to ask, or it makes no sense to ask anybody else. */
    private void giveUp() {
        refuse(lastFailure.orElseGet(() -> new Failure.ChainFailed(
                plan.leftOut().isEmpty()
                        ? "no provider can be asked for this model now"
                        : "no provider can be asked for this model now (" + String.join(", ", plan.leftOut()) + ")",
                Optional.empty())));
    }

    private void refuse(Failure failure) {
        if (begun) {
            breakOff(failure);
            return;
        }
        Front.WholeReply reply =
                request.front().refuse(failure, request.inbound().model(), request.id());
        client.reply(
                new ReplyHead(
                        reply.status(),
                        reply.contentType(),
                        Replies.refusalHead(request, failure, attempts, totalCost(), lastAttempt, extraHeaders)),
                reply.body());
        close(reply.status(), kind(failure));
    }

    static String kind(Failure failure) {
        return failure instanceof Failure.Upstream upstream
                ? upstream.kind().name().toLowerCase(Locale.ROOT)
                : Replies.snake(failure.getClass().getSimpleName());
    }

    // ---- the clock, the client, the end

    @Override
    public void beat(long now) {
        if (over) {
            return;
        }
        if (now - request.deadlineNanos() >= 0 && !contentSent) {
            expire(new Failure.DeadlineExceeded("the call's own time is over before an answer began"));
            return;
        }
        if (pausing && now - resumeAtNanos >= 0) {
            pausing = false;
            tryHop();
            return;
        }
        running.ifPresent(attempt -> {
            if (!clientFull) {
                attempt.beat(now);
            }
        });
        if (!over) {
            heartbeat(now);
        }
    }

    private void heartbeat(long now) {
        if (!request.inbound().stream() || clientFull) {
            return;
        }
        Duration wait = begun ? parts.config().heartbeat() : parts.config().headersAfter();
        if (now - lastWriteNanos < wait.toNanos() || lastAttempt.isEmpty()) {
            return;
        }
        Relay relay = lastAttempt
                .flatMap(Attempt::relay)
                .orElseGet(() -> new TranslatingRelay(
                        parts.dialects()
                                .back(lastAttempt.get().target().dialect())
                                .reader(asked(), lastAttempt.get().target()),
                        request.front().writer(request.inbound(), Receipt.NONE, noClock())));
        open(relay.contentType(), lastAttempt.get());
        byte[] sign = relay.heartbeat();
        if (sign.length > 0) {
            write(sign);
        }
    }

    @Override
    public void clientGone() {
        if (over) {
            return;
        }
        running.ifPresent(attempt -> attempt.abandon("cancelled"));
        running = Optional.empty();
        close(499, "client_gone");
    }

    @Override
    public void expire(Failure failure) {
        if (over) {
            return;
        }
        running.ifPresent(attempt -> attempt.abandon("expired"));
        running = Optional.empty();
        refuse(failure);
    }

    /** An attempt of this call has been booked. */
    void booked(Outcome outcome) {
        if (outcome.state() != Outcome.State.SETTLED) {
            return;
        }
        switch (outcome.cost()) {
            case Cost.Free() -> {}
            case Cost.Priced(Money amount) -> {
                anythingPriced = true;
                spent = spent.plus(amount);
            }
            case Cost.Unpriced() -> unpriced = true;
        }
    }

    /** What all attempts of this call cost together. */
    private Cost totalCost() {
        if (unpriced) {
            return new Cost.Unpriced();
        }
        return anythingPriced ? new Cost.Priced(spent) : new Cost.Free();
    }

    private void close(int status, String failure) {
        over = true;
        held.reset();
        lane.loop().remove(this);
        parts.observer()
                .requestEnded(
                        request,
                        status,
                        lastAttempt.map(attempt -> attempt.provider().name()).orElse(""),
                        lastAttempt.map(attempt -> attempt.hop().model()).orElse(""),
                        totalCost(),
                        attempts,
                        failure,
                        parts.ticker().nanos() - request.arrivedNanos());
        whenOver.run();
    }
}
