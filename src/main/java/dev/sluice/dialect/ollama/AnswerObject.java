package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.FinishReason;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Writes one object of a chat's or generation's answer, keys in Ollama's order.
 *
 * @param chat whether the words stand in a message (chat) or at the top (generate)
 * @param model the name the client asked for
 */
record AnswerObject(boolean chat, String model) {

    /** What the model has said in one object. */
    record Words(String content, String thinking, List<RawJson> toolCalls, List<RawJson> logprobs) {
        static final Words NONE = new Words("", "", List.of(), List.of());

        static Words content(String text, List<RawJson> logprobs) {
            return new Words(text, "", List.of(), logprobs);
        }

        static Words thinking(String text) {
            return new Words("", text, List.of(), List.of());
        }

        static Words toolCall(RawJson call) {
            return new Words("", "", List.of(call), List.of());
        }

        boolean isEmpty() {
            return content.isEmpty() && thinking.isEmpty() && toolCalls.isEmpty() && logprobs.isEmpty();
        }
    }

    /** How an answer ended. */
    record Ending(FinishReason reason, Metrics metrics, Optional<RawJson> receipt) {}

    byte[] chunk(Instant now, Words words) {
        return write(now, words, Optional.empty());
    }

    byte[] last(Instant now, Words words, Ending ending) {
        return write(now, words, Optional.of(ending));
    }

    private byte[] write(Instant now, Words words, Optional<Ending> ending) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(192 + words.content().length());
        try (JsonGenerator json = OllamaJson.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("model", Json.wellFormed(model));
            json.writeStringProperty("created_at", Timestamps.of(now));
            if (chat) {
                json.writeObjectPropertyStart("message");
                json.writeStringProperty("role", "assistant");
                words("content", words, json);
                json.writeEndObject();
            } else {
                words("response", words, json);
            }
            json.writeBooleanProperty("done", ending.isPresent());
            ending.ifPresent(end -> json.writeStringProperty("done_reason", reason(end.reason())));
            if (chat) {
                logprobs(words, json);
            }
            ending.ifPresent(end -> end.metrics().write(json));
            if (!chat) {
                logprobs(words, json);
            }
            ending.flatMap(Ending::receipt)
                    .ifPresent(receipt -> json.writeName("sluice").writeRawValue(receipt.text()));
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void words(String contentName, Words words, JsonGenerator json) {
        json.writeStringProperty(contentName, Json.wellFormed(words.content()));
        if (!words.thinking().isEmpty()) {
            json.writeStringProperty("thinking", Json.wellFormed(words.thinking()));
        }
        if (!words.toolCalls().isEmpty()) {
            json.writeArrayPropertyStart("tool_calls");
            words.toolCalls().forEach(call -> json.writeRawValue(call.text()));
            json.writeEndArray();
        }
    }

    private static void logprobs(Words words, JsonGenerator json) {
        if (words.logprobs().isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("logprobs");
        for (RawJson list : words.logprobs()) {
            String text = list.text();
            json.writeRawValue(text, 1, text.length() - 2); // Without the brackets: one list of them all.
        }
        json.writeEndArray();
    }

    private static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, TOOL_CALLS, CONTENT_FILTER -> "stop";
            case LENGTH -> "length";
        };
    }
}
