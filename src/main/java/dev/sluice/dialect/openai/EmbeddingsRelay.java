package dev.sluice.dialect.openai;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Seen;
import dev.sluice.dialect.openai.request.SubjectScan;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Piece;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JacksonException;

/**
 * Vectors from an OpenAI-style server to an OpenAI client. They pass as they are, unless the server ignored the
 * encoding that was asked for: the Node SDK would silently decode numbers into vectors of a quarter of the size.
 */
final class EmbeddingsRelay implements Relay {
    private final Inbound inbound;
    private final byte[] model;
    private final Collected collected = new Collected();
    private final Seen seen = new Seen();

    EmbeddingsRelay(Inbound inbound) {
        this.inbound = inbound;
        this.model = Wire.bytes(Json.quoted(inbound.model()));
    }

    @Override
    public byte[] feed(byte[] bytes) {
        collected.add(bytes);
        if (collected.tooLong()) {
            seen.fail(new Failure.Upstream(Kind.NONSENSE, 0, "the provider sent an endless answer"));
        }
        return Wire.NOTHING;
    }

    @Override
    public byte[] end() {
        if (seen.over()) {
            return Wire.NOTHING;
        }
        byte[] body = collected.body();
        try {
            return answer(body, EmbeddingAnswer.parse(body, false));
        } catch (JacksonException _) {
            seen.fail(new Failure.Upstream(Kind.NONSENSE, 0, "the provider sent something that is not an answer"));
            return Wire.NOTHING;
        }
    }

    private byte[] answer(byte[] body, EmbeddingAnswer answer) {
        seen.answeredBy(answer.modelName());
        seen.count(answer.usage());
        answer.error().ifPresent(error -> seen.fail(error.inAnswer()));
        if (answer.count() == 0) {
            seen.fail(UpstreamRefusal.notAnAnswer(body, 0, body.length));
        }
        if (!answer.answers(SubjectScan.inputs(inbound.body()))) {
            seen.fail(
                    new Failure.Upstream(Kind.NONSENSE, 0, EmbeddingsReader.OTHER_VECTORS)); // What failed first holds.
        }
        if (seen.failed()) {
            return Wire.NOTHING;
        }
        byte[] ready =
                EmbeddingsWriter.base64Asked(inbound) == answer.base64() ? passed(body, answer) : rewritten(body);
        seen.markContent();
        seen.markComplete();
        return ready;
    }

    /** Under the name that was asked for, and in the order of the inputs: some clients look at no index. */
    private byte[] passed(byte[] body, EmbeddingAnswer answer) {
        Edits edits = new Edits();
        if (!answer.modelName().equals(inbound.model())) {
            answer.model().ifPresent(place -> edits.replace(place, model));
        }
        List<Span> seats = answer.places().stream()
                .sorted(Comparator.comparingInt(Span::from))
                .toList();
        for (int input = 0; input < seats.size(); input++) {
            Span vector = answer.places().get(input);
            edits.replace(seats.get(input), Arrays.copyOfRange(body, vector.from(), vector.to()));
        }
        if (edits.isEmpty()) {
            return body;
        }
        return edits.over(body).join();
    }

    private byte[] rewritten(byte[] body) {
        EmbeddingsWriter writer = new EmbeddingsWriter(inbound);
        EmbeddingAnswer answer = EmbeddingAnswer.parse(body, true);
        for (int at = 0; at < answer.vectors().size(); at++) {
            writer.write(new Piece.Vector(at, answer.vectors().get(at)));
        }
        EmbeddingExtras.read(body, writer::write);
        return writer.end(answer.usage());
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
    public Seen seen() {
        return seen;
    }
}
