package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** A relay between two dialects: a reader's pieces go into a writer. Used by one thread. */
public final class TranslatingRelay implements Relay, Consumer<Piece> {
    private static final byte[] NOTHING = {};

    private final AnswerReader reader;
    private final AnswerWriter writer;
    private final ByteArrayOutputStream ready = new ByteArrayOutputStream(512);
    private Optional<Failure.Upstream> failure = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private boolean contentSeen;
    private boolean complete;
    private long characters;

    public TranslatingRelay(AnswerReader reader, AnswerWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    @Override
    public String contentType() {
        return writer.contentType();
    }

    @Override
    public byte[] feed(byte[] bytes) {
        if (failure.isPresent()) {
            return NOTHING;
        }
        reader.feed(bytes, this);
        return take();
    }

    @Override
    public byte[] end() {
        if (failure.isEmpty()) {
            reader.end(this);
        }
        if (failure.isEmpty()) {
            ready.writeBytes(writer.end(usage));
        }
        return take();
    }

    @Override
    public void accept(Piece piece) {
        switch (piece) {
            case Piece.Text text -> content(text.text());
            case Piece.Thought thought -> content(thought.text());
            case Piece.Refusal refusal -> content(refusal.text());
            case Piece.ToolCallPart part -> {
                content(part.arguments());
                contentSeen = true;
            }
            case Piece.Vector _ -> contentSeen = true;
            case Piece.Finish _ -> contentSeen = true;
            case Piece.Counted counted -> usage = Optional.of(counted.usage());
            case Piece.Done _ -> complete = true;
            case Piece.Broken broken -> {
                failure = Optional.of(upstream(broken.failure()));
                return;
            }
        }
        ready.writeBytes(writer.write(piece));
    }

    private void content(String text) {
        characters += text.length();
        contentSeen |= !text.isEmpty();
    }

    private static Failure.Upstream upstream(Failure failure) {
        return failure instanceof Failure.Upstream known
                ? known
                : new Failure.Upstream(Failure.Kind.NONSENSE, 0, failure.message());
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
        return writer.breakOff(reason);
    }

    @Override
    public byte[] heartbeat() {
        return writer.heartbeat();
    }

    @Override
    public boolean contentSeen() {
        return contentSeen;
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
        return characters;
    }

    @Override
    public String answeredBy() {
        return reader.answeredBy();
    }
}
