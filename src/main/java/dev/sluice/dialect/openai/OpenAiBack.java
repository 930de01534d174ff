package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.openai.request.RequestSplice;
import dev.sluice.dialect.openai.request.RequestWriter;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Failure;
import dev.sluice.model.Operation;
import dev.sluice.model.Tool;
import dev.sluice.model.Usage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The OpenAI protocol as providers speak it, OpenAI's own and the many that follow it. Threads may share it. */
public final class OpenAiBack implements Back {
    private final InstantSource clock;

    /** @param clock for answers that do not say when they were made */
    public OpenAiBack(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Outbound write(Asked asked, Target target) {
        return switch (asked) {
            case Asked.Chat(ChatRequest request) -> RequestWriter.chat(request, target);
            case Asked.Completion(CompletionRequest request) -> RequestWriter.completion(request, target);
            case Asked.Embed(EmbedRequest request) -> RequestWriter.embed(request, target);
        };
    }

    @Override
    public AnswerReader reader(Asked asked, Target target) {
        return reader(asked, false);
    }

    @Override
    public AnswerReader readerOfAll(Asked asked, Target target) {
        return reader(asked, true);
    }

    private static AnswerReader reader(Asked asked, boolean all) {
        return switch (asked) {
            case Asked.Chat(ChatRequest request) -> {
                Set<String> tools = request.tools().stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
                yield request.stream() ? new StreamReader(false, tools, all) : new WholeReader(false, tools, all);
            }
            case Asked.Completion(CompletionRequest request) ->
                request.stream() ? new StreamReader(true, Set.of(), all) : new WholeReader(true, Set.of(), all);
            case Asked.Embed(EmbedRequest request) ->
                new EmbeddingsReader(request.inputs().size(), all);
        };
    }

    @Override
    public Outbound splice(Inbound inbound, Target target) {
        return RequestSplice.of(inbound, target);
    }

    @Override
    public Relay passThrough(Inbound inbound, Target target, Receipt receipt) {
        if (inbound.endpoint().operation() == Operation.EMBEDDING) {
            return new EmbeddingsRelay(inbound);
        }
        return inbound.stream() ? new StreamRelay(inbound, receipt, clock) : new WholeRelay(inbound, clock);
    }

    @Override
    public Failure.Upstream refusal(int status, Function<String, Optional<String>> header, byte[] body) {
        return UpstreamRefusal.of(status, header, body);
    }

    @Override
    public Optional<Usage> usageOfRefusal(byte[] body) {
        return UsageReader.ofRefusal(body);
    }
}
