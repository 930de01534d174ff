package dev.sluice.pipeline;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Relay;
import dev.sluice.ledger.Alert;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.budget.Thrift;
import dev.sluice.limit.Breaker;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.Lane;
import dev.sluice.pipeline.client.OwnHeaders;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Verdict;
import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import dev.sluice.time.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One client's call on its way through the chain. Lives on one loop; nothing in it blocks or locks.
 *
 * <p>It is a small state machine. An {@link Attempt} runs; it ends well and the call is over, or it fails and the
 * failure table says what is next: the same provider again after a pause, the next provider, or the end. What the
 * client has seen decides what is still possible: until real content was sent another provider may take over unseen;
 * after it, a failure is told in the stream, and never a clean end.
 */
final class Exchange implements Running, Loop.Pulse {
    private static final Verdict.Next NOW = new Verdict.Next.Again(Duration.ZERO);

    private final Parts parts;
    private final Call call;
    private final Request request;
    private final Attempts attempts;
    private Itinerary itinerary;
    private final Bridge bridge;
    private final Delivery delivery;
    private final SignsOfLife signs;
    private final Consumer<CallEnd> whenOver;

    private Optional<Attempt> running = Optional.empty();
    private Optional<Failure> lastFailure = Optional.empty();
    private Optional<Attempt> lastAttempt = Optional.empty();
    private Optional<FanOut> forming = Optional.empty();
    private Optional<FanOut> successor = Optional.empty();
    private final Detour detour;
    private long resumeAtNanos;
    private boolean pausing;
    private boolean over;

    Exchange(Parts parts, Call call, Bridge bridge, Delivery delivery, Consumer<CallEnd> whenOver) {
        this.parts = parts;
        this.call = call;
        this.request = call.request();
        this.attempts = call.attempts();
        this.itinerary = new Itinerary(call.plan());
        this.bridge = bridge;
        this.delivery = delivery;
        this.signs = new SignsOfLife(request, bridge, delivery, parts.config());
        this.whenOver = whenOver;
        this.detour = new Detour(call.plans());
    }

    void start() {
        lane().loop().add(this);
        Mishap.guard(this, this::tryHop);
    }

    Lane lane() {
        return call.lane();
    }

    private void tryHop() {
        for (Optional<Hop> hop = itinerary.here(); hop.isPresent() && !over; hop = itinerary.here()) {
            Optional<Provider> provider = parts.fleet().find(hop.get().provider());
            String model = hop.get().model();
            Optional<Breaker.Permit> permit =
                    provider.flatMap(found -> found.standing().enter(model));
            if (provider.isPresent() && permit.isPresent()) {
                begin(provider.get(), hop.get(), permit.get());
                return;
            }
            itinerary.next();
        }
        if (!over) {
            giveUp();
        }
    }

    private void begin(Provider provider, Hop hop, Breaker.Permit permit) {
        if (attempts.usedUp()) {
            permit.released();
            giveUp();
            return;
        }
        if (madeIntoSeveral(permit)) {
            return;
        }
        itinerary.ask();
        int number = attempts.begin();
        AttemptOrder order = new AttemptOrder(provider, hop, permit, number, itinerary.decision(lastFailure), call);
        Attempt attempt = order.attempt(this, parts);
        running = Optional.of(attempt);
        lastAttempt = running;
        attempt.start();
    }

    /** Whether the call goes on as several, or past a provider that it cannot be made fit for. */
    private boolean madeIntoSeveral(Breaker.Permit permit) {
        if (bridge.isPart() || !Split.mayConcern(request.inbound())) {
            return false;
        }
        Optional<FanOut> several;
        try {
            several = FanOut.instead(parts, call, itinerary.rest(), delivery, whenOver);
        } catch (GatewayException tooMany) {
            permit.released();
            pass(tooMany.failure());
            return true;
        }
        if (several.isEmpty()) {
            return false;
        }
        permit.released(); // Each part takes its own.
        form(several.get());
        return true;
    }

    /** Its parts take over once what all of them may cost is held. */
    private void form(FanOut several) {
        forming = Optional.empty();
        switch (several.hold()) {
            case Purse.Step.Wait() -> forming = Optional.of(several);
            case Purse.Step.Refuse(Failure failure, Optional<Thrift> cheaper) -> {
                detour.note(cheaper);
                pass(failure);
            }
            case Purse.Step.Go() -> {
                over = true;
                lane().loop().remove(this);
                successor = Optional.of(several);
                several.start();
            }
        }
    }

    /** Goes on to the next provider because of something that is no failure of this one. */
    private void pass(Failure why) {
        lastFailure = Optional.of(why);
        running = Optional.empty();
        itinerary.next();
        tryHop();
    }

    /** An attempt is not to be made; another provider may come next. */
    void leave(Attempt attempt, String how, Failure why) {
        attempt.abandon(how);
        pass(why);
    }

    /** There is no money for it at this provider; a cheaper one may come next. */
    void unaffordable(Attempt attempt, Purse.Step.Refuse refusal) {
        attempt.abandon("over_budget");
        detour.note(refusal.instead());
        pass(refusal.failure());
    }

    /** The ledger cannot make the intent durable: nothing with a price may be sent. */
    void unbookable(Attempt attempt, Failure.LedgerUnavailable failure) {
        parts.observe().alarm().raise(new Alert.LedgerUnavailable(failure.message()));
        attempt.abandon("unbookable");
        refuse(failure);
    }

    /** An attempt has failed. */
    void failed(Attempt attempt, Failure.Upstream failure) {
        Verdict verdict = parts.failures().judge(failure, itinerary.tries(), parts.random());
        boolean counts = verdict.consequence() instanceof Verdict.Consequence.CountFailure;
        Lesson lesson = Lesson.from(attempt, request, parts.observe().alarm());
        lesson.note(failure);
        attempt.fail(failure, counts);
        lesson.learn(verdict.consequence());
        running = Optional.empty();
        lastFailure = Optional.of(failure);
        if (delivery.contentSent()) {
            breakOff(failure);
            return;
        }
        delivery.forget();
        boolean blind = itinerary.isLast() && bridge.goesOnBlind(failure, attempt.target(), attempt.outbound());
        switch (blind || bridge.repairs(failure) ? NOW : verdict.next()) {
            case Verdict.Next.Again(Duration delay) -> pauseFor(delay);
            case Verdict.Next.Switch() -> {
                itinerary.nextAfter(failure, attempt.target().contextLimit(), parts.fleet());
                tryHop();
            }
            case Verdict.Next.GiveUp() -> giveUp();
        }
    }

    private void pauseFor(Duration delay) {
        long until = parts.ticker().nanos() + delay.toNanos();
        if (until - request.deadlineNanos() >= 0 || attempts.usedUp()) {
            itinerary.next();
            tryHop();
        } else if (delay.isZero()) {
            tryHop();
        } else {
            pausing = true;
            resumeAtNanos = until;
        }
    }

    /** The bytes for this attempt's provider; empty where they cannot be written, which is then already dealt with. */
    Optional<Outbound> outboundFor(Attempt attempt) {
        try {
            boolean blind = attempt.provider().standing().lacks(attempt.hop().model(), Pictures.NAME);
            return Optional.of(bridge.outbound(attempt.target(), blind));
        } catch (GatewayException untranslatable) {
            attempt.abandon("untranslatable");
            pass(untranslatable.failure());
            return Optional.empty();
        }
    }

    /** Whether the head is out and names nobody, so that the answer must tell what the head could not. */
    boolean isHeadBare() {
        return delivery.isBare();
    }

    Bridge bridge() {
        return bridge;
    }

    // ---- towards the client

    /** Bytes for the client are ready. */
    void produced(Attempt attempt, byte[] bytes) {
        if (request.inbound().stream() && attempt.contentSeen()) {
            if (!delivery.content(attempt.relay().orElseThrow().contentType(), attempt, bytes)) {
                attempt.pause();
            }
        } else if (!delivery.hold(bytes)) {
            failed(
                    attempt,
                    new Failure.Upstream(
                            Failure.Kind.NONSENSE, 0, "the provider sent no content, only endless preamble"));
        }
    }

    @Override
    public void drained() {
        successor.ifPresent(FanOut::drained);
        if (delivery.isFull() && !over) {
            delivery.drained();
            running.ifPresent(Attempt::resume);
        }
    }

    /** The answer is whole. */
    void finished(Attempt attempt, byte[] rest) {
        Relay relay = attempt.relay().orElseThrow();
        attempt.succeed();
        running = Optional.empty();
        if (request.inbound().stream()) {
            delivery.open(relay.contentType(), Optional.of(attempt));
            delivery.end(rest);
        } else {
            List<ReplyHead.Header> headers = Replies.wholeHead(request, attempt, attempts, delivery.extraHeaders());
            delivery.whole(new ReplyHead(200, relay.contentType(), headers), rest);
        }
        close(200, Optional.empty());
    }

    private void breakOff(Failure failure) {
        delivery.forget();
        delivery.breakOff(signs.voice(lastAttempt.orElseThrow()).breakOff().apply(failure));
        close(200, Optional.of(failure));
    }

    /** Nobody is left to ask, or it makes no sense to ask anybody else. */
    private void giveUp() {
        Optional<Plan> cheaper = detour.take(lastFailure);
        if (cheaper.isPresent()) {
            itinerary = new Itinerary(cheaper.get());
            delivery.tell(new Header(OwnHeaders.BUDGET, "no room in the limits: the cheaper route instead"));
            tryHop();
            return;
        }
        refuse(lastFailure.orElseGet(() -> new Failure.ChainFailed(call.plan().nobody(), Optional.empty())));
    }

    private void refuse(Failure failure) {
        if (delivery.begun()) {
            breakOff(failure);
            return;
        }
        List<Header> headers = Replies.refusalHead(request, failure, attempts, lastAttempt, delivery.extraHeaders());
        Refusal refusal = Refusal.of(request, failure, headers);
        delivery.forget();
        delivery.whole(refusal.head(), refusal.body());
        close(refusal.head().status(), Optional.of(failure));
    }

    // ---- the clock, the client, the end

    @Override
    public void beat(long now) {
        Mishap.guard(this, () -> tick(now));
    }

    private void tick(long now) {
        if (over) {
            return;
        }
        if (now - request.deadlineNanos() >= 0 && !delivery.contentSent()) {
            expire(new Failure.DeadlineExceeded("the call's own time is over before an answer began"));
            return;
        }
        if (pausing && now - resumeAtNanos >= 0) {
            pausing = false;
            tryHop();
            return;
        }
        forming.ifPresent(this::form);
        running.ifPresent(attempt -> {
            if (!delivery.isFull()) {
                attempt.beat(now);
            }
        });
        if (!over) {
            signs.beat(now, lastAttempt, running);
        }
    }

    @Override
    public boolean clientGone() {
        successor.ifPresent(FanOut::clientGone);
        if (!over) {
            drop("cancelled");
            close(499, Optional.of(new Failure.ClientGone()));
        }
        return false;
    }

    @Override
    public void expire(Failure failure) {
        successor.ifPresent(several -> several.expire(failure));
        if (over) {
            return;
        }
        drop("expired");
        refuse(failure);
    }

    private void drop(String how) {
        running.ifPresent(attempt -> attempt.abandon(how));
        running = Optional.empty();
    }

    /** Ends it after a bug, whatever state it is in. */
    void collapse(Failure failure) {
        if (over) {
            return;
        }
        try {
            drop("mishap");
            refuse(failure);
        } finally {
            if (!over) {
                close(502, Optional.of(failure));
            }
        }
    }

    String id() {
        return request.id();
    }

    /** An attempt of this call has been booked. */
    void booked(Outcome outcome) {
        attempts.booked(outcome);
    }

    private void close(int status, Optional<Failure> failure) {
        over = true;
        delivery.forget();
        lane().loop().remove(this);
        forming.ifPresent(FanOut::release);
        Optional<CallEnd.Origin> origin = lastAttempt.map(CallEnd.Origin::of);
        whenOver.accept(CallEnd.of(call, status, origin, failure, parts.ticker().nanos()));
    }
}
