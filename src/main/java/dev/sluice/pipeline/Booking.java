package dev.sluice.pipeline;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.price.Charge;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.money.Ceiling;
import dev.sluice.pipeline.money.Price;
import dev.sluice.pipeline.money.Worst;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The money of one attempt: what is booked before it leaves and after it has ended, and what the client is told. */
final class Booking {

    private final Parts parts;
    private final Request request;
    private Price price;
    private final Purse purse;
    private final Ceiling ceiling;
    private final AttemptOrder order;
    private Target target;
    private Optional<Intent> intent = Optional.empty();

    Booking(Parts parts, Target target, AttemptOrder order) {
        this.parts = parts;
        this.request = order.call().request();
        this.target = target;
        this.purse = new Purse(parts.treasury(), request, target, order.call().share());
        this.ceiling = order.call().attempts().ceiling();
        this.order = order;
        this.price = priceNow();
    }

    private Price priceNow() {
        return parts.prices()
                .at(
                        order.provider().config(),
                        order.hop().model(),
                        parts.clock().instant());
    }

    /** Takes the price of this moment: some time was waited, and an attempt costs what holds when it leaves. */
    void reprice() {
        price = priceNow();
    }

    /** Where it goes, with the cap on its answer that its limits need. */
    Target target() {
        purse.capFor(request.inbound().outputCap(), ceiling, price.isFree()).ifPresent(this::shorten);
        order.call().share().flatMap(Reserve.Share::cap).ifPresent(this::shorten);
        return target;
    }

    /** Its answer may have so many tokens at most. */
    void shorten(long tokens) {
        target = target.cappedAt(tokens);
    }

    /** Why it must not be sent, where it might cost more than its client allows. */
    Optional<Failure> tooDear(Outbound outbound) {
        return ceiling.isSet() && !price.isFree()
                ? ceiling.refusal(worst().bound(worst().prompt(outbound), worst().cap()), target.model())
                : Optional.empty();
    }

    /** See {@link Ceiling#dearest}. */
    Optional<Money> dearest() {
        return ceiling.dearest();
    }

    /** Tries to hold what is about to be sent, all of which may be charged for. */
    Purse.Step hold(Outbound outbound, long nowNanos) {
        Instant at = parts.clock().instant();
        Worst worst = worst();
        long prompt = worst.prompt(outbound);
        long cap = worst.cap();
        Purse.Step step = purse.hold(
                attemptId(), worst.need(prompt, cap), tokens -> worst.need(prompt, tokens), cap, at, nowNanos);
        if (step instanceof Purse.Step.Go) {
            intend(at, worst.bound(prompt, cap));
        }
        return step;
    }

    private String attemptId() {
        return request.id() + "-" + order.number();
    }

    private Worst worst() {
        return new Worst(request.inbound(), target, price);
    }

    private void intend(Instant at, Optional<Money> bound) {
        bound.ifPresent(ceiling::hold);
        intent = Optional.of(new Intent(
                attemptId(),
                request.id(),
                order.number(),
                at,
                request.caller(),
                request.inbound().endpoint().operation(),
                request.inbound().model(),
                target.provider(),
                target.model(),
                request.inbound().stream(),
                bound,
                price.version(),
                order.decision()));
    }

    /** It is not made: nothing is held for it, and nothing booked. */
    void forgo() {
        purse.release(attemptId());
        order.call().attempts().notMade(order.number());
    }

    /** The intent could not be made durable, so nothing is sent. */
    void giveUp() {
        intent().bound().ifPresent(ceiling::release);
        purse.release(attemptId());
    }

    /** Known once it is known what is sent. */
    Intent intent() {
        return intent.orElseThrow();
    }

    /** Whether what was seen of an answer that breaks off tells what is charged for it. */
    boolean isChargeSeen(Optional<Outbound> outbound, boolean contentSeen) {
        boolean streamed = outbound.filter(Outbound::stream).isPresent();
        return isFree() ? contentSeen : order.provider().config().afterCancel().isKnown(streamed, contentSeen);
    }

    /** Where not, the intent must be durable before the attempt leaves. */
    boolean isFree() {
        return price.isFree();
    }

    /**
     * Books the end.
     *
     * @param incoming what came back
     * @return what was booked
     */
    Outcome settle(Outcome.State state, Optional<Usage> usage, Incoming incoming, String how, AttemptTimes times) {
        Cost cost = cost(state, usage);
        usage.filter(_ -> !price.isFree()).ifPresent(booked -> doubt(booked, incoming));
        Outcome outcome = new Outcome(
                intent().attemptId(),
                state,
                parts.clock().instant(),
                usage,
                cost,
                Math.max(0, incoming.status()),
                how,
                incoming.answeredBy(),
                incoming.receipt(),
                savings(state == Outcome.State.SETTLED ? amount(cost) : Money.ZERO, usage, how),
                times.sent(),
                times.firstContent(),
                times.sinceArrival());
        if (price.isFree()) {
            parts.ledger().record(intent(), outcome);
        } else {
            parts.ledger().settle(outcome);
        }
        settle(outcome); // After the ledger: a new limit asks the ledger for all that holds nothing any more.
        parts.observe().attemptEnded(intent(), outcome);
        return outcome;
    }

    /** What is reported is booked all the same: it is what the provider says that it charges. */
    private void doubt(Usage booked, Incoming incoming) {
        if (incoming.contradicts(booked, request.inbound())) {
            parts.observe().doubted(intent(), booked, incoming.charactersSeen());
        }
    }

    /** What a client that hung up had asked for, the baseline would have charged, too. */
    private Savings savings(Money charged, Optional<Usage> usage, String how) {
        boolean served = how.equals("ok") || how.equals("cancelled");
        return Savings.of(
                price.tariff(), order.call().yardstick().baseline(parts, order.hop(), price), usage, charged, served);
    }

    private void settle(Outcome outcome) {
        intent().bound().ifPresent(bound -> ceiling.settle(bound, outcome));
        switch (outcome.state()) {
            case SETTLED -> {
                long tokens = outcome.usage()
                        .map(usage -> sum(usage.input(), usage.output()))
                        .orElse(0L);
                purse.settle(attemptId(), Amounts.attempt(amount(outcome.cost()), tokens));
            }
            case VOIDED -> purse.release(attemptId());
            case IN_DOUBT -> purse.doubt(attemptId());
        }
    }

    /** A provider may say anything; neither is negative. */
    private static long sum(long input, long output) {
        long sum = input + output;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static Money amount(Cost cost) {
        return switch (cost) {
            case Cost.Priced(Money amount) -> amount;
            case Cost.Free _, Cost.Unpriced _ -> Money.ZERO;
        };
    }

    private Cost cost(Outcome.State state, Optional<Usage> usage) {
        if (price.isFree()) {
            return new Cost.Free();
        }
        return switch (state) {
            case SETTLED -> usage.map(this::charged).orElseGet(Cost.Unpriced::new);
            case VOIDED -> new Cost.Priced(Money.ZERO);
            case IN_DOUBT -> intent().bound().<Cost>map(Cost.Priced::new).orElseGet(Cost.Unpriced::new);
        };
    }

    private Cost charged(Usage usage) {
        if (isUnknown(usage)) {
            return new Cost.Unpriced();
        }
        Charge charge = price.charge(usage);
        if (charge.drifted()) {
            parts.observe().drifted(intent(), price.seller(), charge);
        }
        return charge.cost();
    }

    /** Whether it costs more than its tokens, and nobody says how much. */
    private boolean isUnknown(Usage usage) {
        return worst().isSurcharged() && !(price.reports() && usage.charged().isPresent());
    }

    /** Whether nothing that may yet come can say what it costs. */
    private boolean staysUnknown() {
        return !price.reports() && (price.isUnknown() || worst().isSurcharged());
    }

    /**
     * What the final chunk of a stream says about the call's cost; nothing where the reply's head can say it already.
     *
     * @param soFar what was consumed, where the provider does not count
     * @param headIsBare whether the head was sent before it was known who would answer; asked at the end
     */
    Receipt receipt(Supplier<Usage> soFar, BooleanSupplier headIsBare) {
        Receipt receipt = receipt(soFar);
        boolean headTells = price.isFree() || staysUnknown();
        return headTells ? new AfterBareHead(receipt, headIsBare) : receipt;
    }

    /** For what the head tells already, unless it went out too early. */
    private record AfterBareHead(Receipt receipt, BooleanSupplier headIsBare) implements Receipt {
        @Override
        public Optional<RawJson> of(Optional<Usage> usage) {
            return isDue() ? receipt.of(usage) : Optional.empty();
        }

        @Override
        public boolean isDue() {
            return headIsBare.getAsBoolean();
        }
    }

    private Receipt receipt(Supplier<Usage> soFar) {
        Attempts attempts = order.call().attempts();
        return usage -> Optional.of(new RawJson("{\"cost\":\"" + attempts.costWith(told(usage.orElseGet(soFar)))
                + "\",\"provider\":\"" + target.provider() + "\"}"));
    }

    private Cost told(Usage usage) {
        return isUnknown(usage) ? new Cost.Unpriced() : price.of(usage);
    }

    /** The call's cost where it is known before this answer is; empty where it depends on the usage. */
    Optional<Cost> costBeforehand() {
        if (price.isFree()) {
            return Optional.of(order.call().attempts().cost());
        }
        return staysUnknown() ? Optional.of(new Cost.Unpriced()) : Optional.empty();
    }
}
