package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.ollama.AnswerObject.Words;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/** Writes a chat or a generation as a stream of JSON lines. One per answer, used by one thread. */
final class OllamaStreamWriter implements AnswerWriter {
    private static final byte[] NOTHING = {};
    private static final String LINE_TOO_LONG = "the model's answer has a line that is too long for clients to read";

    private final Receipt receipt;
    private final AnswerClock clock;
    private final AnswerObject object;
    private final AnswerWords words;
    private final byte[] prompt;
    private boolean broken;

    OllamaStreamWriter(Inbound inbound, Receipt receipt, AnswerClock clock) {
        this.receipt = receipt;
        this.clock = clock;
        this.object = new AnswerObject(inbound.endpoint() == Endpoint.OLLAMA_CHAT, inbound.model());
        this.words = new AnswerWords(AnswerWishes.of(inbound));
        this.prompt = inbound.body();
    }

    @Override
    public String contentType() {
        return OllamaFront.STREAM;
    }

    @Override
    public byte[] write(Piece piece) {
        if (broken) {
            return NOTHING;
        }
        Words now = words.of(piece);
        if (words.toolCalls().tooLong()) {
            return lineTooLong();
        }
        if (piece instanceof Piece.Finish && piece.choice() == 0) {
            return toolCalls();
        }
        return now.isEmpty() ? NOTHING : line(object.chunk(clock.now(), now));
    }

    private byte[] toolCalls() {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (RawJson call : words.takeToolCalls()) {
            lines.writeBytes(line(object.chunk(clock.now(), Words.toolCall(call))));
            if (broken) {
                break;
            }
        }
        return lines.toByteArray();
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        if (broken) {
            return NOTHING;
        }
        byte[] calls = toolCalls();
        Usage counted = usage.orElseGet(() -> TokenEstimate.usage(prompt, words.characters()));
        Metrics metrics = Metrics.of(clock, counted, words.timings());
        AnswerObject.Ending ending = new AnswerObject.Ending(words.reason(), metrics, receipt.of(usage));
        return join(calls, line(object.last(clock.now(), Words.NONE, ending)));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private byte[] line(byte[] json) {
        if (broken) {
            return NOTHING;
        }
        return json.length < OllamaFront.LONGEST_LINE ? OllamaJson.line(json) : lineTooLong();
    }

    private byte[] lineTooLong() {
        broken = true;
        return OllamaJson.line(OllamaJson.error(LINE_TOO_LONG));
    }

    @Override
    public Optional<String> nonsense() {
        return words.nonsense();
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return OllamaJson.line(OllamaJson.error(failure.message()));
    }

    /** No line may be empty, but a chunk may say nothing. */
    @Override
    public byte[] heartbeat() {
        return broken ? NOTHING : line(object.chunk(clock.now(), Words.NONE));
    }
}
