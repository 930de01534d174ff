package dev.sluice.dialect.openai.request;

import dev.sluice.model.Message;
import dev.sluice.model.TokenEstimate;
import java.util.ArrayList;
import java.util.List;

/** Leaves out the oldest turns of a conversation that is too long, as Ollama does: never a system turn, never the last. */
final class ContextTrim {
    private ContextTrim() {}

    /** @param budget the most tokens; 0 for no limit */
    static List<Message> trim(List<Message> messages, long budget) {
        long total = messages.stream().mapToLong(TokenEstimate::of).sum();
        if (budget <= 0 || total <= budget) {
            return messages;
        }
        List<Message> kept = new ArrayList<>(messages.size());
        boolean dropping = true;
        for (int at = 0; at < messages.size(); at++) {
            Message message = messages.get(at);
            boolean last = at == messages.size() - 1;
            if (last || message.role().equals("system")) {
                kept.add(message);
                continue;
            }
            // A result whose call is gone would be refused.
            dropping &= total > budget || message.role().equals("tool");
            if (dropping) {
                total -= TokenEstimate.of(message);
            } else {
                kept.add(message);
            }
        }
        return kept;
    }
}
