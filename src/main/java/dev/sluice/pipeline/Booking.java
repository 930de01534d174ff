package dev.sluice.pipeline;

import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Target;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Savings;
import dev.sluice.model.Money;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.util.Optional;
import java.util.function.Supplier;

/** The money of one attempt: what is booked before it leaves and after it has ended, and what the client is told. */
final class Booking {

    /** Where neither the client nor the settings cap the output: the largest answer that any provider gives today. */
    private static final long UNCAPPED = 384_000;

    private final Parts parts;
    private final Request request;
    private final Target target;
    private final Price price;
    private final int number;
    private final String decision;
    private Optional<Intent> intent = Optional.empty();

    /** @param number 1 for the call's first attempt */
    Booking(Parts parts, Request request, Target target, Price price, int number, String decision) {
        this.parts = parts;
        this.request = request;
        this.target = target;
        this.price = price;
        this.number = number;
        this.decision = decision;
    }

    /** What is about to be sent, all of which may be charged for. */
    void send(Outbound outbound) {
        intent = Optional.of(new Intent(
                request.id() + "-" + number,
                request.id(),
                number,
                parts.clock().instant(),
                request.caller(),
                request.inbound().endpoint().operation(),
                request.inbound().model(),
                target.provider(),
                target.model(),
                request.inbound().stream(),
                bound(outbound),
                price.version(),
                decision));
    }

    private Optional<Money> bound(Outbound outbound) {
        long window = target.contextLimit() > 0 ? target.contextLimit() : UNCAPPED;
        long cap = request.inbound().outputCap().orElse(target.outputCap().orElse(window));
        return price.bound(
                TokenEstimate.upperBound(outbound.body().length()),
                Math.min(cap, UNCAPPED) * request.inbound().choices());
    }

    /** Known once it is known what is sent. */
    Intent intent() {
        return intent.orElseThrow();
    }

    /** Whether the intent must be durable before the attempt leaves. */
    boolean mustBeDurable() {
        return !price.isFree();
    }

    /**
     * Books the end.
     *
     * @param incoming what came back
     * @return what was booked
     */
    Outcome settle(Outcome.State state, Optional<Usage> usage, Incoming incoming, String how, AttemptTimes times) {
        Outcome outcome = new Outcome(
                intent().attemptId(),
                state,
                parts.clock().instant(),
                usage,
                cost(state, usage),
                Math.max(0, incoming.status()),
                how,
                incoming.answeredBy(),
                incoming.receipt(),
                Savings.NONE,
                times.sent(),
                times.firstContent(),
                times.sinceArrival());
        if (price.isFree()) {
            parts.ledger().record(intent(), outcome);
        } else {
            parts.ledger().settle(outcome);
        }
        parts.observe().attemptEnded(intent(), outcome);
        return outcome;
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
        Charge charge = price.charge(usage);
        if (charge.drifted()) {
            parts.observe().drifted(intent(), price.seller(), charge);
        }
        return charge.cost();
    }

    /**
     * What the final chunk of a stream says about its cost; nothing where the reply's head can say it already.
     *
     * @param soFar what was consumed, where the provider does not count
     */
    Receipt receipt(Supplier<Usage> soFar) {
        if (price.isFree() || price.isUnknown()) {
            return Receipt.NONE;
        }
        return usage -> Optional.of(new RawJson(
                "{\"cost\":\"" + price.of(usage.orElseGet(soFar)) + "\",\"provider\":\"" + target.provider() + "\"}"));
    }

    /** The cost where it is known before the answer is; empty where it depends on the usage. */
    Optional<Cost> costBeforehand() {
        if (price.isFree()) {
            return Optional.of(new Cost.Free());
        }
        return price.isUnknown() ? Optional.of(new Cost.Unpriced()) : Optional.empty();
    }
}
