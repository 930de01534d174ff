package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.ollama.request.OllamaRequestReader;
import dev.sluice.dialect.ollama.request.OllamaRequestScan;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import java.time.InstantSource;
import java.util.Optional;

/** Ollama's protocol as its server 0.17.4 speaks it. Stateless and thread-safe. */
public final class OllamaFront implements Front {
    static final String STREAM = "application/x-ndjson";
    static final String WHOLE = "application/json; charset=utf-8";

    /** Ollama's own client reads no line past this many bytes. */
    static final int LONGEST_LINE = 8_000_000;

    private final InstantSource clock;
    private final OllamaLeniency leniency;

    public OllamaFront(InstantSource clock, OllamaLeniency leniency) {
        this.clock = clock;
        this.leniency = leniency;
    }

    @Override
    public Inbound read(Endpoint endpoint, byte[] body) {
        return OllamaRequestScan.read(endpoint, body, leniency.textArguments());
    }

    @Override
    public Asked understand(Inbound inbound) {
        return OllamaRequestReader.understand(inbound);
    }

    @Override
    public Optional<WholeReply> withoutModel(Inbound inbound) {
        return EmptyCall.reply(inbound, clock.instant());
    }

    @Override
    public AnswerWriter writer(Inbound inbound, Receipt receipt, AnswerClock answerClock) {
        return switch (inbound.endpoint()) {
            case OLLAMA_CHAT, OLLAMA_GENERATE ->
                inbound.stream()
                        ? new OllamaStreamWriter(inbound, receipt, answerClock)
                        : new OllamaWholeWriter(inbound, receipt, answerClock);
            case OLLAMA_EMBED, OLLAMA_EMBEDDINGS -> new OllamaEmbedWriter(inbound, receipt, answerClock);
            case OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS ->
                throw new IllegalArgumentException(inbound.endpoint() + " is not one of Ollama's");
        };
    }

    @Override
    public WholeReply refuse(Failure failure, String askedModel, String requestId) {
        return OllamaRefusals.reply(failure, askedModel);
    }
}
