package dev.sluice.dialect.openai.request;

import dev.sluice.model.AnswerFormat;
import dev.sluice.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Puts the wish for JSON into words where the provider needs them: several refuse or loop when the word is nowhere in
 * the prompt, and some have no schemas.
 */
final class JsonWish {
    private static final String ANY = "Answer with JSON only.";

    private JsonWish() {}

    static List<Message> spokenIn(List<Message> messages, AnswerFormat format, boolean schemas) {
        return switch (format) {
            case AnswerFormat.Free _ -> messages;
            case AnswerFormat.AnyJson _ -> saysJson(messages) ? messages : with(messages, ANY);
            case AnswerFormat.Schema schema -> schemas ? messages : with(messages, line(schema));
        };
    }

    /** What a provider without schemas is told instead. */
    static String line(AnswerFormat.Schema schema) {
        return "Answer with JSON only, following this JSON schema:\n" + schema.schema();
    }

    private static boolean saysJson(List<Message> messages) {
        return messages.stream()
                .anyMatch(message -> message.text().toLowerCase(Locale.ROOT).contains("json"));
    }

    /** Some templates take one system turn only, and only as the first. */
    private static List<Message> with(List<Message> messages, String line) {
        List<Message> all = new ArrayList<>(messages);
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role().equals("system");
        if (hasSystem) {
            all.set(0, Message.of("system", messages.getFirst().text() + "\n\n" + line));
        } else {
            all.addFirst(Message.of("system", line));
        }
        return all;
    }
}
