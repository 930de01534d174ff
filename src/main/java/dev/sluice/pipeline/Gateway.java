package dev.sluice.pipeline;

import dev.sluice.dialect.Front;
import dev.sluice.model.Dialect;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.Lane;
import dev.sluice.pipeline.client.OwnHeaders;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.pipeline.client.Waiting;
import dev.sluice.pipeline.money.Steering;
import dev.sluice.pipeline.repeat.Idempotency;
import dev.sluice.pipeline.repeat.KeptAnswers;
import dev.sluice.pipeline.repeat.RecordedReply;
import dev.sluice.pipeline.repeat.Recording;
import dev.sluice.pipeline.repeat.Repeatable;
import dev.sluice.provider.Provider;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelMap;
import dev.sluice.routing.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heart's door: takes a decoded call, decides who may answer it, and sends it on its way. Thread-safe; a call is
 * handed in on the loop it shall live on.
 */
public final class Gateway {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Parts parts;
    private final Admission admission;
    private final Idempotency idempotency;
    private final Planner planner;
    private final Steering steering;
    private final Turnstile turnstile;
    private final Map<Running, Lane> calls = new ConcurrentHashMap<>();
    private volatile ModelMap models;
    private volatile BackendMode mode;
    private final KeptAnswers answers;
    private volatile boolean draining;

    /** Where answers under an {@code Idempotency-Key} are kept, and how long. */
    public record Repeats(KeptAnswers answers, Duration kept) {}

    public Gateway(Parts parts, RateLimits limits, Repeats repeats, ModelMap models, BackendMode mode) {
        this.parts = parts;
        this.admission = new Admission(limits, parts.ticker());
        this.idempotency = new Idempotency(parts.ticker(), repeats.kept(), repeats.answers());
        this.steering = new Steering(parts.treasury(), parts.fleet(), parts.clock());
        this.turnstile = new Turnstile(parts.treasury().budgets(), parts.clock());
        this.answers = repeats.answers();
        this.planner = new Planner(parts.fleet(), parts.prices(), parts.clock());
        this.models = models;
        this.mode = mode;
    }

    /**
     * Answers one call, now or later.
     *
     * @return the call under way, whose client must be watched; empty where it has been answered already
     */
    public Optional<Running> accept(Lane lane, Request request, ClientSide client) {
        return request.idempotencyKey().isEmpty()
                ? answer(lane, request, client)
                : answerOnce(lane, request, client, request.idempotencyKey().get());
    }

    private Optional<Running> answer(Lane lane, Request request, ClientSide client) {
        try {
            return admit(lane, request, client);
        } catch (RuntimeException refusal) {
            refuse(request, client, Mishap.of(refusal, request.id()));
            return Optional.empty();
        }
    }

    /** Answers a call that is not to be made. */
    public void refuse(Request request, ClientSide client, Failure failure) {
        List<Header> headers = ReplyHead.plain(request.id(), Replies.about(failure, 0));
        headers.add(new Header(OwnHeaders.COST, "0"));
        Refusal refusal = Refusal.of(request, failure, headers);
        client.reply(refusal.head(), refusal.body());
        observe(request, refusal.head().status(), Optional.of(failure));
    }

    /** A call that its client may repeat: only the first one asks anybody. */
    private Optional<Running> answerOnce(Lane lane, Request request, ClientSide client, String key) {
        try {
            return switch (idempotency.claim(request, key)) {
                case Idempotency.Claim.First(Idempotency.Slot slot) -> {
                    Repeatable call = new Repeatable(lane.loop(), request, slot, new Ways(lane, request, client));
                    call.start();
                    yield Optional.of(call.call());
                }
                case Idempotency.Claim.Answered(RecordedReply reply) -> {
                    replay(request, client, reply);
                    yield Optional.empty();
                }
            };
        } catch (GatewayException refusal) {
            refuse(request, client, refusal.failure());
            return Optional.empty();
        }
    }

    /** The ways on of a call under an {@code Idempotency-Key}, once it is known whether it is the first. */
    private final class Ways implements Repeatable.Road {
        private final Lane lane;
        private final Request request;
        private final ClientSide client;

        private Ways(Lane lane, Request request, ClientSide client) {
            this.lane = lane;
            this.request = request;
            this.client = client;
        }

        @Override
        public Optional<Running> make(Idempotency.Slot slot) {
            return answerRecorded(lane, request, new Recording(slot, client, lane.loop()));
        }

        @Override
        public void replay(RecordedReply reply) {
            try {
                Gateway.this.replay(request, client, reply);
            } catch (GatewayException throttled) {
                refuse(throttled.failure());
            }
        }

        @Override
        public void refuse(Failure failure) {
            Gateway.this.refuse(request, client, failure);
        }
    }

    private Optional<Running> answerRecorded(Lane lane, Request request, Recording recording) {
        Optional<Running> call = Optional.empty();
        try {
            call = answer(lane, request, recording);
        } finally {
            if (call.isEmpty()) {
                recording.discard(); // Already kept if it was answered: this frees the key after a bug.
            }
        }
        return call.map(recording::watch);
    }

    /** Costs nothing but counts as a call, so that nobody repeats without end. */
    private void replay(Request request, ClientSide client, RecordedReply reply) {
        List<Header> allowance =
                admission.admit(request.caller(), request.inbound().endpoint());
        reply.sendTo(client, request.id(), allowance);
        observe(request, reply.head().status(), Optional.empty());
    }

    private Optional<Running> admit(Lane lane, Request request, ClientSide client) {
        if (draining) {
            throw new GatewayException(new Failure.Busy("the gateway is shutting down", Duration.ofSeconds(5)));
        }
        Chain chain = chainFor(request, request.inbound().model());
        List<Header> allowance =
                admission.admit(request.caller(), request.inbound().endpoint());
        Optional<Front.WholeReply> without = withoutModel(request, chain);
        if (without.isPresent()) {
            Front.WholeReply reply = without.get();
            client.reply(new ReplyHead(reply.status(), reply.contentType(), withoutModelHead(request)), reply.body());
            observe(request, reply.status(), Optional.empty());
            return Optional.empty();
        }
        return Optional.of(
                turnstile.enter(request)
                        ? entered(lane, request, client, chain, allowance)
                        : atTurnstile(lane, request, client, chain, allowance));
    }

    private Running entered(Lane lane, Request request, ClientSide client, Chain chain, List<Header> allowance) {
        try {
            return steered(lane, request, client, chain, allowance);
        } catch (RuntimeException refusal) {
            turnstile.leave(request, false);
            throw refusal;
        }
    }

    private Running atTurnstile(Lane lane, Request request, ClientSide client, Chain chain, List<Header> allowance) {
        AtTurnstile.Road road = new AtTurnstile.Road() {
            @Override
            public Running make() {
                return entered(lane, request, client, chain, allowance);
            }

            @Override
            public void refuse(Failure failure) {
                Gateway.this.refuse(request, client, failure);
            }

            @Override
            public void left(Running waiting) {
                calls.remove(waiting);
            }
        };
        long until = parts.ticker().nanos()
                + parts.treasury().rules().patienceForLease().toNanos();
        Waiting waiting = new AtTurnstile(lane.loop(), turnstile, request, road, until).call();
        calls.put(waiting, lane);
        waiting.begin();
        return waiting;
    }

    private Running steered(Lane lane, Request request, ClientSide client, Chain asked, List<Header> allowance) {
        steering.refuseOtherModels(request.caller(), request.inbound().bulk().choosing());
        Steering.Course course =
                steering.steer(request.caller(), request.inbound().model(), asked, name -> chainFor(request, name));
        Plan plan = planner.plan(request, course.chain());
        if (plan.hops().isEmpty()) {
            throw new GatewayException(planner.nobodyNow(course.chain(), plan));
        }
        List<Header> headers = new ArrayList<>(allowance);
        course.why().ifPresent(why -> headers.add(new Header(OwnHeaders.BUDGET, why)));
        return depart(
                lane,
                request,
                client,
                plan,
                headers,
                Yardstick.of(parts.treasury().rules(), asked));
    }

    /** Who answers a model that a budget names; empty where nobody can just now, or the caller's tier may ask nobody. */
    private Optional<Plan> planFor(Request request, String model) {
        try {
            Plan plan =
                    planner.plan(request, steering.cheaper(request.caller(), model, name -> chainFor(request, name)));
            return plan.hops().isEmpty() ? Optional.empty() : Optional.of(plan);
        } catch (GatewayException unknown) {
            LOG.warn(
                    "a budget names '{}' as its cheaper way: {}",
                    model,
                    unknown.failure().message());
            return Optional.empty();
        }
    }

    private Running depart(
            Lane lane, Request request, ClientSide client, Plan plan, List<Header> allowance, Yardstick yardstick) {
        Call call = new Call(
                lane,
                request,
                plan,
                new Attempts(parts.config().attempts(), request.maxCost()),
                allowance,
                model -> planFor(request, model),
                yardstick,
                Optional.empty());
        Bridge bridge = new Bridge(parts.dialects(), request);
        Delivery delivery = new Delivery(client, request, parts.ticker(), allowance);
        Ending ending = new Ending(call.attempts());
        Exchange exchange = new Exchange(parts, call, bridge, delivery, ending);
        ending.call = Optional.of(exchange);
        calls.put(exchange, lane);
        exchange.start();
        return exchange;
    }

    /** Forgets a call that is over. */
    private final class Ending implements Consumer<CallEnd> {
        private final Attempts attempts;
        private Optional<Running> call = Optional.empty();

        private Ending(Attempts attempts) {
            this.attempts = attempts;
        }

        @Override
        public void accept(CallEnd end) {
            turnstile.leave(end.request(), attempts.anyMade());
            parts.observe().callEnded(end);
            call.ifPresent(calls::remove);
        }
    }

    private Chain chainFor(Request request, String name) {
        ModelMap.Resolution resolution =
                models.resolve(name, request.inbound().endpoint().operation(), mode);
        return switch (resolution) {
            case ModelMap.Resolution.Found(Chain chain) -> chain;
            case ModelMap.Resolution.Unknown() -> throw new GatewayException(new Failure.UnknownModel(name));
            case ModelMap.Resolution.Conflict() ->
                throw new GatewayException(new Failure.BadRequest(
                        400, "model '" + name + "' says both cloud and local; keep one of the two", "model", ""));
        };
    }

    /** Load, unload and the like, where no server of the client's own dialect would see them. */
    private Optional<Front.WholeReply> withoutModel(Request request, Chain chain) {
        Dialect dialect = request.inbound().endpoint().dialect();
        for (Hop hop : chain.hops()) {
            Optional<Provider> provider = parts.fleet().find(hop.provider());
            if (provider.isPresent()
                    && provider.get().config().kind().local()
                    && provider.get().config().kind().dialect() == dialect) {
                return Optional.empty();
            }
        }
        return request.front().withoutModel(request.inbound());
    }

    private static List<Header> withoutModelHead(Request request) {
        List<Header> head = ReplyHead.plain(request.id(), List.of());
        head.add(new Header(OwnHeaders.PROVIDER, "sluice"));
        head.add(new Header(OwnHeaders.COST, "0"));
        return head;
    }

    private void observe(Request request, int status, Optional<Failure> failure) {
        parts.observe()
                .callEnded(CallEnd.here(request, status, failure, parts.ticker().nanos() - request.arrivedNanos()));
    }

    /** Which local backend new calls go to. Any thread may ask. */
    public BackendMode mode() {
        return mode;
    }

    /** Sends new calls to the other local backend; calls under way end where they began. */
    public void switchTo(BackendMode next) {
        mode = next;
    }

    /** What names mean to a call that comes now; one under way keeps what it began with. Any thread may ask. */
    public ModelMap models() {
        return models;
    }

    /** Replaces the meaning of model names for new calls. */
    public void use(ModelMap next) {
        models = next;
    }

    public Parts parts() {
        return parts;
    }

    /** How many calls are under way. */
    public int running() {
        return calls.size();
    }

    /** Whether all is booked: no call is under way, and no answer is read on for its count. */
    public boolean isQuiet() {
        return calls.isEmpty() && parts.drains().running() == 0;
    }

    /** Takes no new calls from now on. */
    public void startDraining() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /** Ends the calls that are still under way, and what is read on, each on its own loop. */
    public void expireAll() {
        parts.drains().end(); // First, so that none of these calls is read on.
        Failure failure = new Failure.Busy("the gateway is shutting down", Duration.ofSeconds(5));
        calls.forEach((call, lane) -> lane.loop().execute(() -> call.expire(failure)));
    }

    /** Once no call is under way: waits until what is kept for repeats is on disk. */
    public void close() {
        answers.close();
    }
}
