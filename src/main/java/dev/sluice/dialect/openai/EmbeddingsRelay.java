package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Relay;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Piece;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Vectors from an OpenAI-style server to an OpenAI client. They pass as they are, unless the server ignored the
 * encoding that was asked for: the Node SDK would silently decode numbers into vectors of a quarter of the size.
 */
final class EmbeddingsRelay implements Relay {
    private final Inbound inbound;
    private final byte[] model;
    private final Collected collected = new Collected();
    private Optional<Failure.Upstream> failure = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private boolean complete;
    private String answeredBy = "";

    EmbeddingsRelay(Inbound inbound) {
        this.inbound = inbound;
        this.model = Wire.bytes(Wire.quoted(inbound.model()));
    }

    @Override
    public byte[] feed(byte[] bytes) {
        collected.add(bytes);
        if (collected.tooLong()) {
            fail(new Failure.Upstream(Kind.NONSENSE, 0, "the provider sent an endless answer"));
        }
        return Wire.NOTHING;
    }

    @Override
    public byte[] end() {
        if (failure.isPresent() || complete) {
            return Wire.NOTHING;
        }
        byte[] body = collected.body();
        try {
            return answer(body, EmbeddingAnswer.parse(body, false));
        } catch (JacksonException _) {
            fail(new Failure.Upstream(Kind.NONSENSE, 0, "the provider sent something that is not an answer"));
            return Wire.NOTHING;
        }
    }

    private byte[] answer(byte[] body, EmbeddingAnswer answer) {
        answeredBy = answer.modelName();
        usage = answer.usage();
        answer.error().ifPresent(error -> fail(error.inAnswer()));
        if (answer.count() == 0) {
            fail(UpstreamRefusal.notAnAnswer(body, 0, body.length));
        }
        if (failure.isPresent()) {
            return Wire.NOTHING;
        }
        byte[] ready =
                EmbeddingsWriter.base64Asked(inbound) == answer.base64() ? renamed(body, answer) : rewritten(body);
        complete = true;
        return ready;
    }

    private byte[] renamed(byte[] body, EmbeddingAnswer answer) {
        if (answer.model().isEmpty() || answer.modelName().equals(inbound.model())) {
            return body;
        }
        Edits edits = new Edits();
        edits.replace(answer.model().get(), model);
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64);
        edits.write(body, 0, body.length, out);
        return out.toByteArray();
    }

    private byte[] rewritten(byte[] body) {
        EmbeddingsWriter writer = new EmbeddingsWriter(inbound);
        EmbeddingAnswer answer = EmbeddingAnswer.parse(body, true);
        for (int at = 0; at < answer.vectors().size(); at++) {
            writer.write(new Piece.Vector(at, answer.vectors().get(at)));
        }
        return writer.end(answer.usage());
    }

    private void fail(Failure.Upstream reason) {
        if (failure.isEmpty()) {
            failure = Optional.of(reason);
        }
    }

    /** Nothing: the answer is sent when it is whole, so it cannot break off. */
    @Override
    public byte[] breakOff(Failure reason) {
        return Wire.NOTHING;
    }

    @Override
    public byte[] heartbeat() {
        return Wire.NOTHING;
    }

    @Override
    public String contentType() {
        return Wire.JSON;
    }

    @Override
    public boolean contentSeen() {
        return complete;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public Optional<Failure.Upstream> failure() {
        return failure;
    }

    @Override
    public Optional<Usage> usage() {
        return usage;
    }

    @Override
    public long charactersSeen() {
        return 0;
    }

    @Override
    public String answeredBy() {
        return answeredBy;
    }
}
