package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Seen;
import dev.sluice.dialect.Target;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Optional;

/** Passes an Ollama server's answer on as it is, and reads along. One per attempt, used by one thread. */
final class OllamaRelay implements Relay {
    private static final byte[] NOTHING = {};

    private final InstantSource clock;
    private final Inbound inbound;
    private final Receipt receipt;
    private final boolean renamed;
    private final NdjsonLines lines;
    private final ByteArrayOutputStream ready = new ByteArrayOutputStream(512);
    private final Seen seen = new Seen();
    private boolean load;
    private boolean lineEnds = true;

    OllamaRelay(Inbound inbound, Target target, Receipt receipt, InstantSource clock) {
        this.clock = clock;
        this.inbound = inbound;
        this.receipt = receipt;
        this.renamed = !target.model().equals(inbound.model());
        this.lines = new NdjsonLines(!inbound.stream());
    }

    /** Loading and unloading is answered with one object even where a stream was asked for. */
    @Override
    public String contentType() {
        return inbound.stream() && !load ? OllamaFront.STREAM : OllamaFront.WHOLE;
    }

    @Override
    public byte[] feed(byte[] bytes) {
        lines.feed(bytes, this::line);
        if (lines.tooLong()) {
            nonsense("the provider sent an endless line");
        }
        return take();
    }

    @Override
    public byte[] end() {
        lineEnds = false;
        lines.end(this::line);
        if (!seen.over()) {
            fail(new Failure.Upstream(Failure.Kind.CUT, 0, "the provider's answer ended before it was whole"));
        }
        return take();
    }

    private void line(byte[] json) {
        if (seen.over()) {
            return;
        }
        byte[] oneLine = OllamaJson.withoutSeparators(json);
        AnswerLine.of(oneLine)
                .ifPresentOrElse(
                        line -> line(oneLine, line),
                        () -> nonsense("the provider sent something that is not an answer"));
    }

    private void line(byte[] json, AnswerLine line) {
        if (line.error().isPresent()) {
            seen.count(line.usage()); // Some providers charge for what failed.
            fail(ProviderFailures.inAnswer(line.error().get()));
            return;
        }
        boolean last = line.isLast() || line.isEmbedding();
        if (last) {
            seen.markComplete();
        }
        if (last || line.hasContent()) {
            seen.markContent();
        }
        if (line.isEmbedding()) {
            seen.markSpoken(); // No vector comes from nothing.
        }
        load = line.isLoad();
        seen.addCharacters(line.characters());
        seen.count(line.usage());
        seen.answeredBy(line.model());
        copy(json, line);
    }

    private void copy(byte[] json, AnswerLine line) {
        Edits edits = new Edits();
        if (renamed) {
            line.modelSpan().ifPresent(span -> edits.replace(span, Json.quoted(inbound.model())));
        }
        line.emptyError().ifPresent(edits::cut);
        Optional<RawJson> cost = seen.complete() && !load ? receipt.of(seen.usage()) : Optional.empty();
        if (cost.isPresent() && inbound.endpoint() != Endpoint.OLLAMA_EMBEDDINGS) {
            edits.insert(line.closingBrace(), ",\"sluice\":" + cost.get().text());
        }
        edits.write(json, 0, json.length, ready);
        if (lineEnds) {
            ready.write('\n');
        }
    }

    private void nonsense(String words) {
        fail(new Failure.Upstream(Failure.Kind.NONSENSE, 0, words));
    }

    private void fail(Failure.Upstream reason) {
        if (!seen.complete()) {
            seen.fail(reason);
        }
    }

    private byte[] take() {
        if (ready.size() == 0) {
            return NOTHING;
        }
        byte[] bytes = ready.toByteArray();
        ready.reset();
        return bytes;
    }

    @Override
    public byte[] breakOff(Failure reason) {
        byte[] error = OllamaJson.error(reason.message());
        return inbound.stream() ? OllamaJson.line(error) : error;
    }

    /** No line may be empty, but a chunk may say nothing. */
    @Override
    public byte[] heartbeat() {
        if (!inbound.stream() || seen.over()) {
            return NOTHING;
        }
        AnswerObject object = new AnswerObject(inbound.endpoint() == Endpoint.OLLAMA_CHAT, inbound.model());
        return OllamaJson.line(object.chunk(clock.instant(), AnswerObject.Words.NONE));
    }

    @Override
    public Seen seen() {
        return seen;
    }
}
