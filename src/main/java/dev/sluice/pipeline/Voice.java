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

    static Voice of(AnswerWriter writer) {
        return new Voice(writer.contentType(), writer::heartbeat, writer::breakOff);
    }
}
