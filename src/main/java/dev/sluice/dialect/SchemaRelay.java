package dev.sluice.dialect;

import dev.sluice.model.ChatRequest;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A relay for a whole answer that must fit a JSON schema which its provider was only told in the prompt. The same bytes
 * go to a reader beside the relay; an answer that does not fit becomes a {@link Failure.Kind#SCHEMA_MISSED}. Left alone
 * is what is not meant to fit: a tool call, a refusal, an answer that was cut at its length. Used by one thread.
 */
public final class SchemaRelay implements Relay, Consumer<Piece> {
    private static final byte[] NOTHING = {};

    private final Relay relay;
    private final AnswerReader reader;
    private final RawJson schema;
    private final StringBuilder answer = new StringBuilder();
    private Optional<String> mistake = Optional.empty();
    private boolean exempt;

    /** @param relay for the bytes that the client gets */
    public SchemaRelay(Relay relay, AnswerReader reader, RawJson schema) {
        this.relay = relay;
        this.reader = reader;
        this.schema = schema;
    }

    /** The call to be made once more; empty while nothing is wrong with the answer. */
    public Optional<ChatRequest> repair(ChatRequest asked) {
        return mistake.map(what -> SchemaRepair.of(asked, answer.toString(), what));
    }

    @Override
    public String contentType() {
        return relay.contentType();
    }

    @Override
    public byte[] feed(byte[] bytes) {
        reader.feed(bytes, this);
        return relay.feed(bytes);
    }

    @Override
    public byte[] end() {
        reader.end(this);
        byte[] rest = relay.end();
        if (relay.failure().isPresent() || exempt) {
            return rest;
        }
        mistake = SchemaCheck.mistake(answer.toString(), schema);
        if (mistake.isEmpty()) {
            return rest;
        }
        relay.seen()
                .fail(new Failure.Upstream(
                        Failure.Kind.SCHEMA_MISSED, 0, "the model did not keep to the JSON schema: " + mistake.get()));
        return NOTHING;
    }

    @Override
    public void accept(Piece piece) {
        switch (piece) {
            case Piece.Text text -> answer.append(text.text());
            case Piece.ToolCallPart _, Piece.Refusal _ -> exempt = true;
            case Piece.Finish finish -> exempt |= finish.reason() != FinishReason.STOP;
            case Piece.Thought _,
                    Piece.Vector _,
                    Piece.Counted _,
                    Piece.Timed _,
                    Piece.Extra _,
                    Piece.Broken _,
                    Piece.Done _ -> {}
        }
    }

    /** Only the end shows whether the answer can stand. */
    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return relay.breakOff(failure);
    }

    @Override
    public byte[] heartbeat() {
        return relay.heartbeat();
    }

    @Override
    public Seen seen() {
        return relay.seen();
    }

    @Override
    public String answeredBy() {
        return relay.answeredBy();
    }

    @Override
    public String receipt() {
        return relay.receipt();
    }
}
