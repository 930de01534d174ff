package dev.sluice.pipeline;

import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.Running;
import dev.sluice.routing.Hop;
import dev.sluice.routing.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One client's call made into several, each with its own exchange, and answered as one. The first part that fails for
 * good fails the whole, and the others are dropped. Lives on one loop.
 */
final class FanOut implements Running {

    /** So that one call does not take all of a provider's places. */
    private static final int AT_ONCE = 4;

    private final Parts parts;
    private final Call call;
    private final ClientSide client;
    private final Consumer<CallEnd> whenOver;
    private final Gather gather;
    private final ArrayDeque<Portion> waiting;
    private final Optional<Reserve> reserve;
    private final List<Leg> running = new ArrayList<>(AT_ONCE);
    private int atOnce;
    private boolean begun;
    private boolean over;
    private boolean told;
    private boolean closed;

    /**
     * @param portions at least two
     * @param delivery of the exchange that it takes over from; signs of life may have been sent, content has not
     */
    private FanOut(Parts parts, Call call, List<Portion> portions, Delivery delivery, Consumer<CallEnd> whenOver) {
        this.parts = parts;
        this.call = call;
        this.client = delivery.client();
        this.begun = delivery.begun();
        this.whenOver = whenOver;
        this.gather = new Gather(call.request(), call.attempts());
        this.waiting = new ArrayDeque<>(portions);
        this.reserve = Reserve.of(parts, call, portions);
        this.atOnce = isTrusted(call.plan().hops().getFirst()) ? AT_ONCE : 1;
    }

    /**
     * Several calls in place of one that cannot be answered as one; empty where it can.
     *
     * @param rest who may still be asked
     * @throws GatewayException where it would have to be too many
     */
    static Optional<FanOut> instead(Parts parts, Call call, Plan rest, Delivery delivery, Consumer<CallEnd> whenOver) {
        List<Portion> portions = Split.of(call.request(), rest.hops(), parts.fleet());
        if (portions.isEmpty()) {
            return Optional.empty();
        }
        Call remaining = call.with(rest);
        return Optional.of(new FanOut(parts, remaining, portions, delivery, whenOver));
    }

    /** A breaker that is half open lets one call through: the others wait for what becomes of it. */
    private boolean isTrusted(Hop hop) {
        return parts.fleet()
                .find(hop.provider())
                .filter(provider -> provider.standing().breaker(hop.model()).equals("closed"))
                .isPresent();
    }

    /** Tries to hold what all parts may cost; they must not start before it is held. */
    Purse.Step.Plain hold() {
        return reserve.map(all -> all.hold(parts.ticker().nanos())).orElseGet(Purse.Step.Go::new);
    }

    /** Gives back what is held for parts that have not started, and do not start any more. */
    void release() {
        reserve.ifPresent(Reserve::release);
    }

    void start() {
        call.attempts().allowMore(waiting.size() - 1);
        startSome();
    }

    private void startSome() {
        while (!over && running.size() < atOnce && !waiting.isEmpty()) {
            Leg leg = new Leg(waiting.removeFirst());
            running.add(leg);
            leg.exchange.start();
        }
    }

    /** One part under way, and its client as its exchange sees it. */
    private final class Leg implements ClientSide, Consumer<CallEnd> {
        private final Exchange exchange;
        private Optional<ReplyHead> head = Optional.empty();
        private byte[] body = {};

        private Leg(Portion part) {
            Request request = call.request().with(part.inbound());
            this.exchange = new Exchange(
                    parts,
                    call.with(
                            request,
                            part.repeatsPrompt() ? call.yardstick().withoutPrompt() : call.yardstick(),
                            reserve.map(Reserve::share)),
                    new Bridge(parts.dialects(), request, Optional.of(clock -> gather.part(part, clock))),
                    new Delivery(this, request, parts.ticker(), call.headers()),
                    this);
        }

        @Override
        public void begin(ReplyHead reply) {
            if (!begun) {
                begun = true;
                client.begin(reply);
            }
        }

        @Override
        public boolean write(byte[] bytes) {
            return client.write(bytes);
        }

        @Override
        public void end() {
            // The client's stream ends with the last part.
        }

        @Override
        public void breakOff() {
            // The client's stream ends once the other parts have been dropped.
        }

        @Override
        public void reply(ReplyHead reply, byte[] rest) {
            head = Optional.of(reply);
            body = rest;
        }

        @Override
        public void accept(CallEnd end) {
            running.remove(this);
            if (over) {
                return;
            }
            try {
                ended(this, end);
            } catch (RuntimeException bug) {
                collapse(Mishap.of(bug, call.request().id()));
            }
        }
    }

    private void ended(Leg leg, CallEnd end) {
        if (end.failure().isPresent()) {
            failed(leg, end, end.failure().get());
        } else if (running.isEmpty() && waiting.isEmpty()) {
            finish(leg, end);
        } else {
            atOnce = AT_ONCE;
            startSome();
        }
    }

    private void finish(Leg last, CallEnd end) {
        byte[] rest = gather.end(end.origin().map(CallEnd.Origin::provider).orElse(""));
        over = true;
        release();
        CallEnd whole = ending(end.status(), end.origin(), Optional.empty());
        told = true; // A bug from here on comes too late to be told.
        if (last.head.isPresent() && !begun) {
            client.reply(last.head.get(), rest);
        } else {
            client.write(rest);
            client.end();
        }
        close(whole);
    }

    private void failed(Leg leg, CallEnd end, Failure failure) {
        drop();
        if (leg.head.isEmpty()) {
            told = true; // By the part, in what it sent itself.
            client.breakOff();
        } else if (begun) {
            // The part had sent nothing yet, but signs of life or other parts had.
            breakOff(failure, leg.body);
        } else {
            told = true;
            client.reply(withCost(leg.head.get()), leg.body);
        }
        close(ending(begun ? 200 : end.status(), end.origin(), Optional.of(failure)));
    }

    /**
     * Tells a failure behind what has been sent already.
     *
     * @param whole how an answer that is no stream tells it
     */
    private void breakOff(Failure failure, byte[] whole) {
        told = true;
        try {
            boolean stream = call.request().inbound().stream();
            client.write(stream ? gather.breakOff(failure, new AttemptTimes(parts, call.request())) : whole);
        } finally {
            client.breakOff();
        }
    }

    /** Ends the whole where a bug of ours shows between the parts, whose own exchanges are over by then. */
    private void collapse(Failure failure) {
        try {
            drop();
            if (!told) {
                tell(failure);
            } else if (begun) {
                client.breakOff();
            }
        } finally {
            close(ending(begun ? 200 : 502, Optional.empty(), Optional.of(failure)));
        }
    }

    private void tell(Failure failure) {
        Request request = call.request();
        List<Header> headers = Replies.refusalHead(request, failure, call.attempts(), Optional.empty(), call.headers());
        Refusal refusal = Refusal.of(request, failure, headers);
        if (begun) {
            breakOff(failure, refusal.body());
        } else {
            told = true;
            client.reply(refusal.head(), refusal.body());
        }
    }

    private void close(CallEnd end) {
        if (!closed) {
            closed = true;
            whenOver.accept(end);
        }
    }

    /** Dropping the other parts may have added to the cost, and to what is in doubt. */
    private ReplyHead withCost(ReplyHead head) {
        List<Header> headers = new ArrayList<>(head.headers());
        headers.removeIf(header -> Replies.COST.contains(header.name()));
        Replies.addCost(headers, call.attempts());
        return new ReplyHead(head.status(), head.contentType(), headers);
    }

    private void drop() {
        over = true;
        release();
        waiting.clear();
        List.copyOf(running).forEach(leg -> leg.exchange.clientGone());
    }

    private CallEnd ending(int status, Optional<CallEnd.Origin> origin, Optional<Failure> failure) {
        return CallEnd.of(call, status, origin, failure, parts.ticker().nanos());
    }

    @Override
    public boolean clientGone() {
        if (!over) {
            drop();
            close(ending(499, Optional.empty(), Optional.of(new Failure.ClientGone())));
        }
        return false;
    }

    @Override
    public void drained() {
        List.copyOf(running).forEach(leg -> leg.exchange.drained());
    }

    @Override
    public void expire(Failure failure) {
        if (!over && !running.isEmpty()) {
            running.getFirst().exchange.expire(failure);
        }
    }
}
