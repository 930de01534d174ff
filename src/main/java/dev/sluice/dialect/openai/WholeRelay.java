package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Seen;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import java.time.InstantSource;
import java.util.Optional;

/** A whole chat or completion answer from an OpenAI-style server to an OpenAI client. Used by one thread. */
final class WholeRelay implements Relay {
    private final Inbound inbound;
    private final AnswerState state;
    private final ChunkRepair repair;
    private final Collected collected = new Collected();

    WholeRelay(Inbound inbound, InstantSource clock) {
        this.inbound = inbound;
        boolean chat = inbound.endpoint() == Endpoint.OPENAI_CHAT;
        this.state = new AnswerState(!chat);
        this.repair = new ChunkRepair(inbound, state, chat, clock);
    }

    @Override
    public byte[] feed(byte[] bytes) {
        collected.add(bytes);
        if (collected.tooLong()) {
            state.fail(Kind.NONSENSE, "the provider sent an endless answer");
        }
        return Wire.NOTHING;
    }

    @Override
    public byte[] end() {
        if (state.seen().over()) {
            return Wire.NOTHING;
        }
        byte[] body = collected.body();
        Optional<Chunk> answer = WholeAnswer.read(body, state);
        return answer.isPresent() ? answer(body, answer.get()) : Wire.NOTHING;
    }

    private byte[] answer(byte[] body, Chunk chunk) {
        state.see(chunk, body);
        state.endMark();
        if (state.seen().failed()) {
            return Wire.NOTHING;
        }
        Edits edits = repair.whole(chunk, body);
        repair.soundUsage(chunk, body, edits, () -> state.estimate(inbound));
        if (edits.isEmpty()) {
            return body;
        }
        return edits.over(body).join();
    }

    /** Nothing: a whole answer is sent when it is whole, so it cannot break off. */
    @Override
    public byte[] breakOff(Failure failure) {
        return Wire.NOTHING;
    }

    /** Nothing: no byte may come before the headers of an answer that may still become a refusal. */
    @Override
    public byte[] heartbeat() {
        return Wire.NOTHING;
    }

    @Override
    public String contentType() {
        return Wire.JSON;
    }

    @Override
    public Seen seen() {
        return state.seen();
    }

    /** Only when it is whole: until then nothing has been sent, and another provider may still answer. */
    @Override
    public boolean contentSeen() {
        return state.seen().complete();
    }
}
