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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a chat or a generation as one JSON object. One per answer, used by one thread. */
final class OllamaWholeWriter implements AnswerWriter {
    private static final byte[] NOTHING = {};

    private final Receipt receipt;
    private final AnswerClock clock;
    private final AnswerObject object;
    private final AnswerWords words;
    private final byte[] prompt;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<RawJson> logprobs = new ArrayList<>();

    OllamaWholeWriter(Inbound inbound, Receipt receipt, AnswerClock clock) {
        this.receipt = receipt;
        this.clock = clock;
        this.object = new AnswerObject(inbound.endpoint() == Endpoint.OLLAMA_CHAT, inbound.model());
        this.words = new AnswerWords(AnswerWishes.of(inbound));
        this.prompt = inbound.body();
    }

    @Override
    public String contentType() {
        return OllamaFront.WHOLE;
    }

    @Override
    public byte[] write(Piece piece) {
        Words now = words.of(piece);
        content.append(now.content());
        thinking.append(now.thinking());
        logprobs.addAll(now.logprobs());
        return NOTHING;
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        if (words.toolCalls().tooLong()) {
            return OllamaJson.error("the model's tool call is too long");
        }
        Words all = new Words(content.toString(), thinking.toString(), words.takeToolCalls(), logprobs);
        Usage counted = usage.orElseGet(() -> TokenEstimate.usage(prompt, words.characters()));
        Metrics metrics = Metrics.of(clock, counted, words.timings());
        return object.last(clock.now(), all, new AnswerObject.Ending(words.reason(), metrics, receipt.of(usage)));
    }

    @Override
    public Optional<String> nonsense() {
        return words.nonsense();
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return OllamaJson.error(failure.message());
    }

    @Override
    public byte[] heartbeat() {
        return NOTHING;
    }
}
