package dev.sluice.dialect;

import dev.sluice.model.ChatRequest;
import dev.sluice.model.Message;
import java.util.ArrayList;
import java.util.List;

/** Asks a model once more for an answer that did not fit its schema. Pure. */
public final class SchemaRepair {
    private SchemaRepair() {}

    /**
     * The same call, with the answer that did not fit and what is wrong with it behind the conversation.
     *
     * @param asked the call as the client made it, its schema included
     * @param answer the answer's text; left out where it is blank, because providers refuse empty turns
     * @param mistake what {@link SchemaCheck} said of it
     */
    public static ChatRequest of(ChatRequest asked, String answer, String mistake) {
        List<Message> messages = new ArrayList<>(asked.messages());
        if (!answer.isBlank()) {
            messages.add(Message.of("assistant", answer));
        }
        messages.add(Message.of(
                "user",
                "Your last answer does not fit the JSON schema: " + mistake
                        + ". Answer again with the corrected JSON only."));
        return asked.withMessages(messages);
    }
}
