package dev.sluice.pipeline;

import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Outbound;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.Message;
import java.util.ArrayList;
import java.util.List;

/** A call without its pictures, as an Ollama server with a model that reads only text takes it. Pure. */
final class Pictures {

    /** What is named as dropped. */
    static final String NAME = "images";

    private Pictures() {}

    static Asked without(Asked asked) {
        return switch (asked) {
            case Asked.Chat(ChatRequest request) -> new Asked.Chat(without(request));
            case Asked.Completion completion -> completion;
            case Asked.Embed embed -> embed;
        };
    }

    private static ChatRequest without(ChatRequest request) {
        return new ChatRequest(
                request.model(),
                request.messages().stream().map(Pictures::without).toList(),
                request.stream(),
                request.sampling(),
                request.format(),
                request.tools(),
                request.toolChoice(),
                request.thinking(),
                request.choices(),
                request.contextWindow(),
                request.truncate(),
                request.others());
    }

    private static Message without(Message message) {
        List<Message.Part> parts = message.parts().stream()
                .filter(part -> !(part instanceof Message.Part.Image))
                .toList();
        return new Message(
                message.role(),
                parts,
                message.thinking(),
                message.toolCalls(),
                message.toolCallId(),
                message.toolName());
    }

    static Outbound named(Outbound outbound) {
        List<String> dropped = new ArrayList<>(outbound.dropped());
        dropped.add(NAME);
        return new Outbound(outbound.path(), outbound.body(), outbound.stream(), dropped);
    }

    static boolean droppedFrom(Outbound outbound) {
        return outbound.dropped().contains(NAME);
    }
}
