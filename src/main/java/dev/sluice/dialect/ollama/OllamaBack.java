package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * Providers that speak Ollama's own protocol: a local server, or Ollama's cloud. Their base address ends before
 * {@code /api}. Stateless and thread-safe.
 */
public final class OllamaBack implements Back {
    private final InstantSource clock;

    public OllamaBack(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Outbound write(Asked asked, Target target) {
        OllamaRequestWriter writer = new OllamaRequestWriter(target);
        return switch (asked) {
            case Asked.Chat chat -> writer.chat(chat.request());
            case Asked.Completion completion -> writer.completion(completion.request());
            case Asked.Embed embed -> writer.embed(embed.request());
        };
    }

    @Override
    public AnswerReader reader(Asked asked, Target target) {
        return switch (asked) {
            case Asked.Chat chat -> new OllamaAnswerReader(chat.request().stream());
            case Asked.Completion completion -> new OllamaAnswerReader(completion.request().stream());
            case Asked.Embed embed ->
                OllamaAnswerReader.ofVectors(embed.request().inputs().size(), false);
        };
    }

    @Override
    public AnswerReader readerOfAll(Asked asked, Target target) {
        // Only calls for vectors are made into several here.
        return asked instanceof Asked.Embed embed
                ? OllamaAnswerReader.ofVectors(embed.request().inputs().size(), true)
                : reader(asked, target);
    }

    @Override
    public Outbound splice(Inbound inbound, Target target) {
        return OllamaSplice.splice(inbound, target);
    }

    @Override
    public Relay passThrough(Inbound inbound, Target target, Receipt receipt) {
        return new OllamaRelay(inbound, target, receipt, clock);
    }

    @Override
    public Failure.Upstream refusal(int status, Function<String, Optional<String>> header, byte[] body) {
        return ProviderFailures.refusal(status, header, body);
    }

    @Override
    public Optional<Usage> usageOfRefusal(byte[] body) {
        return AnswerLine.of(body).flatMap(AnswerLine::usage).filter(usage -> !usage.isNothing());
    }
}
