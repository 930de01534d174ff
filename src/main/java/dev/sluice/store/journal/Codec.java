package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * Intents and outcomes as bytes. Part of the journal's format: a change wants a new constant here, new kinds of record
 * in {@link Entry}, and readers for the old ones.
 */
enum Codec {
    /** Up to version 0.1; only read. */
    FIRST,
    /** With tenants, receipts and savings. */
    SECOND,
    /** With what savings are measured against. */
    THIRD;

    private static final int FREE = 0;
    private static final int PRICED = 1;
    private static final int UNPRICED = 2;

    static byte[] encode(Intent intent) {
        PayloadWriter out = new PayloadWriter();
        write(out, intent);
        return out.bytes();
    }

    static byte[] encode(Outcome outcome) {
        PayloadWriter out = new PayloadWriter();
        write(out, outcome);
        return out.bytes();
    }

    /** Both in one record: an attempt that nobody has to wait for. */
    static byte[] encode(Intent intent, Outcome outcome) {
        PayloadWriter out = new PayloadWriter();
        write(out, intent);
        write(out, outcome);
        return out.bytes();
    }

    static byte[] encode(Amendment amendment) {
        PayloadWriter out = new PayloadWriter();
        out.text(amendment.attemptId());
        out.text(amendment.id());
        write(out, amendment.at());
        out.text(amendment.state().name());
        write(out, amendment.cost());
        out.flag(amendment.usage().isPresent());
        amendment.usage().ifPresent(usage -> write(out, usage));
        out.text(amendment.priceVersion());
        out.text(amendment.why());
        return out.bytes();
    }

    static Amendment amendment(PayloadReader in) {
        return new Amendment(
                in.text(),
                in.text(),
                instant(in),
                Outcome.State.valueOf(in.text()),
                cost(in),
                in.flag() ? Optional.of(usage(in)) : Optional.empty(),
                in.text(),
                in.text());
    }

    private static void write(PayloadWriter out, Intent intent) {
        out.text(intent.attemptId());
        out.text(intent.requestId());
        out.number(intent.number());
        write(out, intent.at());
        write(out, intent.caller());
        out.text(intent.operation().name());
        out.text(intent.askedModel());
        out.text(intent.provider());
        out.text(intent.model());
        out.flag(intent.stream());
        write(out, intent.bound());
        out.text(intent.priceVersion());
        out.text(intent.decision());
    }

    private static void write(PayloadWriter out, Caller caller) {
        out.text(caller.name());
        out.text(caller.tenant());
        out.text(caller.team());
        out.text(caller.user());
        out.text(caller.tier());
        out.text(caller.agent());
        out.text(caller.job());
        out.text(caller.run());
    }

    private Caller caller(PayloadReader in) {
        return switch (this) {
            case FIRST -> Caller.of(in.text(), in.text(), in.text());
            case SECOND, THIRD ->
                new Caller(in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text());
        };
    }

    Intent intent(PayloadReader in) {
        return new Intent(
                in.text(),
                in.text(),
                in.integer(),
                instant(in),
                caller(in),
                Operation.valueOf(in.text()),
                in.text(),
                in.text(),
                in.text(),
                in.flag(),
                money(in),
                in.text(),
                in.text());
    }

    private static void write(PayloadWriter out, Outcome outcome) {
        out.text(outcome.attemptId());
        out.text(outcome.state().name());
        write(out, outcome.at());
        out.flag(outcome.usage().isPresent());
        outcome.usage().ifPresent(usage -> write(out, usage));
        write(out, outcome.cost());
        out.number(outcome.status());
        out.text(outcome.how());
        out.text(outcome.answeredBy());
        out.text(outcome.receipt());
        write(out, outcome.savings());
        out.number(outcome.sentNanos());
        out.number(outcome.firstContentNanos());
        out.number(outcome.totalNanos());
    }

    private static void write(PayloadWriter out, Savings savings) {
        out.number(savings.ownCache().nanos());
        out.number(savings.providerCache().nanos());
        out.number(savings.routing().nanos());
        out.text(savings.baseline());
    }

    private Savings savings(PayloadReader in) {
        return switch (this) {
            case FIRST -> Savings.NONE;
            case SECOND -> new Savings(new Money(in.number()), new Money(in.number()), new Money(in.number()), "");
            case THIRD ->
                new Savings(new Money(in.number()), new Money(in.number()), new Money(in.number()), in.text());
        };
    }

    private String receipt(PayloadReader in) {
        return switch (this) {
            case FIRST -> "";
            case SECOND, THIRD -> in.text();
        };
    }

    Outcome outcome(PayloadReader in) {
        return new Outcome(
                in.text(),
                Outcome.State.valueOf(in.text()),
                instant(in),
                in.flag() ? Optional.of(usage(in)) : Optional.empty(),
                cost(in),
                in.integer(),
                in.text(),
                in.text(),
                receipt(in),
                savings(in),
                in.number(),
                in.number(),
                in.number());
    }

    private static void write(PayloadWriter out, Usage usage) {
        out.number(usage.input());
        out.number(usage.cacheRead());
        out.number(usage.cacheWrite());
        out.number(usage.output());
        out.number(usage.reasoning());
        out.flag(usage.estimated());
        write(out, usage.charged());
    }

    private static Usage usage(PayloadReader in) {
        return new Usage(in.number(), in.number(), in.number(), in.number(), in.number(), in.flag(), money(in));
    }

    private static void write(PayloadWriter out, Cost cost) {
        switch (cost) {
            case Cost.Free _ -> out.number(FREE);
            case Cost.Priced(Money amount) -> {
                out.number(PRICED);
                out.number(amount.nanos());
            }
            case Cost.Unpriced _ -> out.number(UNPRICED);
        }
    }

    private static Cost cost(PayloadReader in) {
        int kind = in.integer();
        return switch (kind) {
            case FREE -> new Cost.Free();
            case PRICED -> new Cost.Priced(new Money(in.number()));
            case UNPRICED -> new Cost.Unpriced();
            default -> throw new IllegalArgumentException("no cost has the number " + kind);
        };
    }

    private static void write(PayloadWriter out, Optional<Money> money) {
        out.flag(money.isPresent());
        money.ifPresent(amount -> out.number(amount.nanos()));
    }

    private static Optional<Money> money(PayloadReader in) {
        return in.flag() ? Optional.of(new Money(in.number())) : Optional.empty();
    }

    private static void write(PayloadWriter out, Instant at) {
        out.number(at.getEpochSecond());
        out.number(at.getNano());
    }

    private static Instant instant(PayloadReader in) {
        return Instant.ofEpochSecond(in.number(), in.number());
    }
}
