package dev.sluice.pipeline;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Seen;
import dev.sluice.ledger.Outcome;
import dev.sluice.model.Endpoint;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import dev.sluice.provider.Upstream;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What has come back on one attempt so far, and what that means for its money. Lives on one loop. */
final class Incoming {
    /** OpenRouter's name for an answer, told before any of it; its body repeats it. */
    private static final String GENERATION = "x-generation-id";

    private static final int LONGEST_RECEIPT = 128;

    private final byte[] requestBody;
    private final Function<byte[], Optional<Usage>> usageOfRefusal;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream(0);
    private Upstream.Header header = _ -> Optional.empty();
    private Optional<Relay> relay = Optional.empty();
    private int status;
    private boolean unreached;

    /** @param usageOfRefusal reads what a refusal's body says was used */
    Incoming(byte[] requestBody, Function<byte[], Optional<Usage>> usageOfRefusal) {
        this.requestBody = requestBody;
        this.usageOfRefusal = usageOfRefusal;
    }

    /** @param relays makes the relay for the body of an answer; a refusal's body is collected instead */
    void head(int code, Upstream.Header headers, Supplier<Relay> relays) {
        status = code;
        header = headers;
        if (code >= 200 && code < 300) {
            relay = Optional.of(relays.get());
        }
    }

    /** @return whether so much has come that its meaning is known; the rest may have no end */
    boolean refusal(byte[] piece) {
        refusal.write(piece, 0, Math.min(piece.length, PipelineConfig.REFUSAL_BODY - refusal.size()));
        return refusal.size() == PipelineConfig.REFUSAL_BODY;
    }

    byte[] refusal() {
        return refusal.toByteArray();
    }

    /** The request cannot have reached the provider. */
    void unreached() {
        unreached = true;
    }

    int status() {
        return status;
    }

    Upstream.Header header() {
        return header;
    }

    /** Empty until the head of an answer has come. */
    Optional<Relay> relay() {
        return relay;
    }

    boolean contentSeen() {
        return relay.isPresent() && relay.get().contentSeen();
    }

    /** Whether the provider's end mark has come. */
    boolean complete() {
        return relay.isPresent() && relay.get().complete();
    }

    String answeredBy() {
        return relay.map(Relay::answeredBy).orElse("");
    }

    /** The provider's own name for the answer, from its body or, where that never came, from its head. */
    String receipt() {
        String told = relay.map(Relay::receipt).orElse("");
        return told.isEmpty() ? header.get(GENERATION).filter(Incoming::isPlain).orElse("") : told;
    }

    /** It goes into the ledger, and into an address when it is asked about. */
    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_RECEIPT
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }

    /** The provider's count, or an estimate where it has given none, or has said more since. */
    Usage usage() {
        Optional<Usage> counted = reported();
        if (counted.isEmpty()) {
            return estimate();
        }
        return relay.map(Relay::seen)
                .filter(Seen::isCountOutrun)
                .map(seen -> counted.get().outrun(estimate(), seen.mostOutput()))
                .orElse(counted.get());
    }

    /** Looks through the whole request, so only where it must be. */
    private Usage estimate() {
        return TokenEstimate.usage(requestBody, charactersSeen());
    }

    /** Whether the provider has counted all that has come. */
    boolean isCounted() {
        return reported().isPresent()
                && relay.map(Relay::seen).filter(Seen::isCountOutrun).isEmpty();
    }

    /** The provider's count, in its answer or in its refusal. */
    Optional<Usage> reported() {
        return relay.isPresent() ? relay.flatMap(Relay::usage) : usageOfRefusal.apply(refusal());
    }

    long charactersSeen() {
        return relay.map(Relay::charactersSeen).orElse(0L);
    }

    /**
     * Whether what the provider reports cannot be all of its whole answer; of half an answer it may count less.
     *
     * @param booked what it reports, or an estimate where that is nothing at all
     */
    boolean contradicts(Usage booked, Inbound asked) {
        return relay.map(Relay::seen)
                .filter(Seen::complete)
                .filter(seen -> booked.estimated()
                        ? seen.deniesUsage()
                        : seen.takesBack() || TokenEstimate.areTooFew(mostWritten(booked, asked), seen.characters()))
                .isPresent();
    }

    /** The tokens that may stand in the answer: a prompt of a plain completion may be echoed, once in each. */
    private static long mostWritten(Usage reported, Inbound asked) {
        boolean mayEcho = asked.endpoint() == Endpoint.OPENAI_COMPLETIONS;
        return reported.output() + (mayEcho ? reported.input() * asked.bulk().answers() : 0);
    }

    /**
     * A provider bills what it generated and what it says that it counted; it does not bill any other refusal; what lies
     * between is in doubt.
     *
     * @param chargeSeen whether what was seen of half an answer tells what is charged for it
     */
    Outcome.State moneyAfterFailure(boolean chargeSeen) {
        if (relay.isEmpty()) {
            return moneyAfterRefusal();
        }
        boolean known = reported().isPresent() || (contentSeen() && chargeSeen);
        return known ? Outcome.State.SETTLED : Outcome.State.IN_DOUBT;
    }

    /** The same where no answer has begun. */
    Outcome.State moneyAfterRefusal() {
        if (reported().isPresent()) {
            return Outcome.State.SETTLED;
        }
        return status >= 300 || unreached ? Outcome.State.VOIDED : Outcome.State.IN_DOUBT;
    }
}
