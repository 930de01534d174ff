package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Seen;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * An event stream from one OpenAI-style server to an OpenAI client: frames pass as they are unless something in them
 * would mislead the client. Used by one thread.
 *
 * <p>Two chunks are held back for a moment. The usage chunk waits for the end mark, so that there is exactly one, also
 * where the provider sends none. The finish chunk waits only where a receipt may have to go into it, until it is known
 * whether a usage chunk follows.
 *
 * <p>A chunk that is the one before but for its text is not parsed again, see {@link ChunkPattern}.
 */
final class StreamRelay implements Relay, SseFrames.Sink {
    private final Inbound inbound;
    private final Receipt receipt;
    private final AnswerState state;
    private final ChunkRepair repair;
    private final SseFrames frames = new SseFrames(this);
    private final ByteArrayOutputStream ready = new ByteArrayOutputStream(1024);
    private final ChunkPattern pattern = new ChunkPattern();
    private byte[] heldFinish = Wire.NOTHING;
    private byte[] heldUsage = Wire.NOTHING;
    private boolean ended;

    StreamRelay(Inbound inbound, Receipt receipt, InstantSource clock) {
        this.inbound = inbound;
        this.receipt = receipt;
        boolean chat = inbound.endpoint() == Endpoint.OPENAI_CHAT;
        this.state = new AnswerState(!chat);
        this.repair = new ChunkRepair(inbound, state, chat, clock);
    }

    @Override
    public byte[] feed(byte[] bytes) {
        frames.feed(bytes);
        return take();
    }

    @Override
    public byte[] end() {
        ended = true;
        frames.end();
        if (!over()) {
            state.endOfBody();
            finish();
        }
        return take();
    }

    @Override
    public void frame(SseFrames.Frame frame) {
        if (over()) {
            return;
        }
        if (!frame.hasData()) {
            if (frame.stray()) {
                state.fail(UpstreamRefusal.notAnAnswer(frame.bytes(), frame.from(), frame.to()));
            }
            return;
        }
        if (frame.dataFrom() == frame.dataTo()) {
            return;
        }
        if (Wire.isEndMark(frame.data(), frame.dataFrom(), frame.dataTo())) {
            state.endMark();
            finish();
            return;
        }
        if (!ended && frame.plain() && state.seen().content() && heldFinish.length == 0) {
            int characters = pattern.pass(frame.bytes(), frame.from(), frame.to(), ready);
            if (characters != ChunkPattern.NO_MATCH) {
                state.seeMore(characters);
                return;
            }
        }
        try {
            chunk(frame, ChunkParser.parse(frame.data(), frame.dataFrom(), frame.dataTo()));
        } catch (JacksonException _) {
            malformed();
        }
    }

    private boolean over() {
        return state.seen().over();
    }

    private void malformed() {
        // The last frame of a connection that broke is half a frame, which says nothing about the provider's sanity.
        if (!ended) {
            state.fail(Kind.NONSENSE, "the provider sent a malformed chunk");
        }
    }

    @Override
    public void tooLong() {
        state.fail(Kind.NONSENSE, "the provider sent an endless chunk");
    }

    private void chunk(SseFrames.Frame frame, Chunk chunk) {
        if (frame.error() && chunk.error().isEmpty()) {
            state.fail(UpstreamRefusal.notAnAnswer(frame.data(), frame.dataFrom(), frame.dataTo()));
        }
        if (chunk.isForeign()) {
            return;
        }
        state.see(chunk, frame.data());
        if (state.seen().failed()) {
            return;
        }
        byte[] json = frame.data();
        boolean repeatable = isRepeatable(frame, chunk);
        Edits edits = repair.chunk(chunk, json);
        if (chunk.usageGiven() && inbound.usageAsked()) {
            holdUsage(frame, chunk);
        }
        if (isUsageChunk(chunk)) {
            return;
        }
        repair.hideUsage(chunk, json, edits);
        releaseFinish();
        boolean finishing =
                chunk.choices().stream().anyMatch(choice -> !choice.finish().isEmpty());
        if (finishing && receipt.isDue()) {
            heldFinish = payload(frame, edits);
        } else {
            write(frame, edits);
            if (repeatable) {
                learn(frame, chunk.choices().getFirst().said().orElseThrow(), edits);
            }
        }
    }

    /** Whether another chunk that says more within the same bytes would be treated just like this one. */
    private boolean isRepeatable(SseFrames.Frame frame, Chunk chunk) {
        if (!pattern.isCurious()
                || ended
                || !frame.plain()
                || chunk.usageGiven()
                || chunk.choices().size() != 1) {
            return false;
        }
        Chunk.Choice choice = chunk.choices().getFirst();
        return choice.said().isPresent()
                && choice.refusal().isEmpty()
                && choice.calls().isEmpty()
                && choice.finish().isEmpty()
                && repair.hasBegun(choice);
    }

    private void learn(SseFrames.Frame frame, Span said, Edits edits) {
        byte[] bytes = frame.bytes();
        int from = said.from() + 1;
        int to = said.to() - 1;
        if (edits.isEmpty()) {
            byte[] head = Arrays.copyOfRange(bytes, frame.from(), from);
            pattern.learn(bytes, frame.from(), frame.to(), from, to, head, Arrays.copyOfRange(bytes, to, frame.to()));
            return;
        }
        byte[] edited = payload(frame, edits);
        int place = edits.moved(frame.dataFrom(), from);
        byte[] head = joined(Wire.DATA, Arrays.copyOfRange(edited, 0, place));
        byte[] tail = joined(Arrays.copyOfRange(edited, place + to - from, edited.length), Wire.FRAME_END);
        pattern.learn(bytes, frame.from(), frame.to(), from, to, head, tail);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** After the finish, a chunk without choices that names a usage is meant for one even where it has none to tell. */
    private boolean isUsageChunk(Chunk chunk) {
        boolean named = state.finished() && chunk.usagePlace().isPresent();
        return chunk.choices().isEmpty() && (chunk.usageGiven() || named);
    }

    private void holdUsage(SseFrames.Frame frame, Chunk chunk) {
        boolean nothing = chunk.usage().filter(Usage::isNothing).isPresent();
        if (chunk.usage().isEmpty() || (nothing && heldUsage.length > 0)) {
            return;
        }
        boolean sound = chunk.usagePlace()
                .filter(place -> UsageReader.isSound(frame.data(), place.value()))
                .isPresent();
        if (!sound) {
            heldUsage = Wire.NOTHING; // What is booked is told instead.
            return;
        }
        Edits edits = repair.usageChunk(chunk, frame.data());
        heldUsage = payload(frame, edits);
    }

    private static byte[] payload(SseFrames.Frame frame, Edits edits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(frame.dataTo() - frame.dataFrom() + 32);
        edits.write(frame.data(), frame.dataFrom(), frame.dataTo(), out);
        return out.toByteArray();
    }

    private void write(SseFrames.Frame frame, Edits edits) {
        if (frame.plain() && edits.isEmpty() && !ended) {
            ready.write(frame.bytes(), frame.from(), frame.to() - frame.from());
            return;
        }
        ready.writeBytes(Wire.DATA);
        edits.write(frame.data(), frame.dataFrom(), frame.dataTo(), ready);
        ready.writeBytes(Wire.FRAME_END);
    }

    private void write(byte[] payload) {
        if (payload.length > 0) {
            ready.writeBytes(Wire.DATA);
            ready.writeBytes(payload);
            ready.writeBytes(Wire.FRAME_END);
        }
    }

    private void releaseFinish() {
        write(heldFinish);
        heldFinish = Wire.NOTHING;
    }

    private void finish() {
        if (!state.seen().complete()) {
            return;
        }
        for (int choice : state.open()) {
            releaseFinish();
            heldFinish = Wire.bytes(repair.finishChunk(choice));
        }
        Optional<Usage> counted = state.seen().usage();
        Optional<RawJson> note = receipt.of(counted);
        boolean withUsage = inbound.usageAsked();
        if (withUsage && (heldUsage.length == 0 || counted.isEmpty())) {
            heldUsage = Wire.bytes(repair.usageChunk(counted.orElseGet(() -> state.estimate(inbound))));
        }
        write(withUsage ? heldFinish : noted(heldFinish, note));
        write(withUsage ? noted(heldUsage, note) : Wire.NOTHING);
        heldFinish = Wire.NOTHING;
        heldUsage = Wire.NOTHING;
        ready.writeBytes(Wire.DONE);
    }

    private static byte[] noted(byte[] payload, Optional<RawJson> note) {
        if (note.isEmpty() || payload.length == 0) {
            return payload;
        }
        int brace = payload.length - 1;
        while (payload[brace] != '}') {
            brace--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 64);
        out.write(payload, 0, brace);
        out.writeBytes(Wire.bytes(",\"sluice\":" + note.get().text() + "}"));
        return out.toByteArray();
    }

    private byte[] take() {
        if (ready.size() == 0) {
            return Wire.NOTHING;
        }
        byte[] bytes = ready.toByteArray();
        ready.reset();
        return bytes;
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return Refusals.breakOff(failure, inbound.model());
    }

    @Override
    public byte[] heartbeat() {
        return Wire.waiting();
    }

    @Override
    public String contentType() {
        return Wire.EVENT_STREAM;
    }

    @Override
    public Seen seen() {
        return state.seen();
    }
}
