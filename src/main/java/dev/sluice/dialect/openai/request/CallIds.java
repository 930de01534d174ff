package dev.sluice.dialect.openai.request;

import dev.sluice.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives tool calls without an id one, and finds for each result the call that it answers: by id, by the tool's name, or
 * in order. The ids depend only on the place in the conversation, so that the next turn has the same beginning and finds
 * it in the provider's cache. Used by one thread.
 */
final class CallIds {
    private static final int LENGTH = 8;

    private final List<Message.ToolCall> open = new ArrayList<>(2);
    private int given;

    /** The calls of an assistant's turn, all with ids. */
    List<Message.ToolCall> begin(List<Message.ToolCall> calls) {
        List<Message.ToolCall> named = new ArrayList<>(calls.size());
        for (Message.ToolCall call : calls) {
            String id = call.id().isEmpty() ? next() : call.id();
            named.add(new Message.ToolCall(id, call.name(), call.arguments()));
        }
        if (!named.isEmpty()) {
            open.clear();
            open.addAll(named);
        }
        return named;
    }

    /** The id of the call that a result answers. */
    String answered(Message result) {
        if (result.toolCallId().isPresent()) {
            String id = result.toolCallId().get();
            open.removeIf(call -> call.id().equals(id));
            return id;
        }
        Optional<Message.ToolCall> call = result.toolName()
                .flatMap(name -> open.stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst())
                .or(() -> open.stream().findFirst());
        call.ifPresent(open::remove);
        return call.map(Message.ToolCall::id).orElseGet(this::next);
    }

    private String next() {
        String number = Integer.toString(given++, 36);
        return "call_" + "0".repeat(LENGTH - number.length()) + number;
    }
}
