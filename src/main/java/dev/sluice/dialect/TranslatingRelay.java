package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** A relay between two dialects: a reader's pieces go into a writer. Used by one thread. */
public final class TranslatingRelay implements Relay, Consumer<Piece> {
    private static final byte[] NOTHING = {};

    private final AnswerReader reader;
    private final AnswerWriter writer;
    private final ByteArrayOutputStream ready = new ByteArrayOutputStream(512);
    private final Seen seen = new Seen();

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
        if (seen.failed()) {
            return NOTHING;
        }
        reader.feed(bytes, this);
        return take();
    }

    @Override
    public byte[] end() {
        if (!seen.failed()) {
            reader.end(this);
        }
        if (!seen.failed()) {
            write(writer.end(seen.usage()));
        }
        return take();
    }

    private void write(byte[] bytes) {
        writer.nonsense().ifPresent(words -> seen.fail(new Failure.Upstream(Failure.Kind.NONSENSE, 0, words)));
        if (!seen.failed()) {
            ready.writeBytes(bytes);
        }
    }

    @Override
    public void accept(Piece piece) {
        switch (piece) {
            case Piece.Text text -> content(text.text());
            case Piece.Thought thought -> content(thought.text());
            case Piece.Refusal refusal -> content(refusal.text());
            case Piece.ToolCallPart part -> {
                content(part.arguments());
                seen.markSpoken();
                seen.markContent();
            }
            case Piece.Vector _ -> {
                seen.markSpoken();
                seen.markContent();
            }
            case Piece.Finish _ -> seen.markContent();
            case Piece.Counted counted -> seen.count(Optional.of(counted.usage()));
            case Piece.Timed _, Piece.Extra _ -> {}
            case Piece.Done _ -> {
                if (reader.hasDropped()) {
                    seen.markSpoken();
                }
                seen.markComplete();
            }
            case Piece.Broken broken -> {
                seen.fail(upstream(broken.failure()));
                return;
            }
        }
        write(writer.write(piece));
    }

    private void content(String text) {
        seen.addCharacters(text.length());
        if (!text.isEmpty()) {
            seen.markContent();
        }
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
    public Seen seen() {
        return seen;
    }

    @Override
    public String answeredBy() {
        return reader.answeredBy();
    }

    @Override
    public String receipt() {
        return reader.receipt();
    }
}
