package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Relay;
import dev.sluice.model.Failure;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a client is spoken to where it is not the answer that speaks: signs of life, and that its stream failed. The answer
 * under way lends its own voice; before there is one, a writer of its own does.
 */
record Voice(String contentType, Supplier<byte[]> heartbeat, Function<Failure, byte[]> breakOff) {

    static Voice of(Relay relay) {
        return new Voice(relay.contentType(), relay::heartbeat, relay::breakOff);
    }

    /** The same before a whole answer: blank lines, which may stand before every JSON value, and an error in its place. */
    Voice before(Function<Failure, byte[]> refusal) {
        return new Voice(contentType, () -> new byte[] {'\n'}, refusal);
    }

    static Voice of(AnswerWriter writer) {
        return new Voice(writer.contentType(), writer::heartbeat, writer::breakOff);
    }
}
