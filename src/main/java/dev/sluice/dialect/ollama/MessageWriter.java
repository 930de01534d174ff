package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Writes the turns of a conversation as Ollama's messages. Used once, by one thread. */
final class MessageWriter {
    private final JsonGenerator json;
    private final Set<String> dropped;
    private final Map<String, String> toolNames = new HashMap<>();

    MessageWriter(JsonGenerator json, Set<String> dropped) {
        this.json = json;
        this.dropped = dropped;
    }

    void messages(List<Message> messages) {
        json.writeArrayPropertyStart("messages");
        messages.forEach(this::message);
        json.writeEndArray();
    }

    private void message(Message message) {
        json.writeStartObject();
        json.writeStringProperty("role", role(message.role()));
        json.writeStringProperty("content", Json.wellFormed(message.text()));
        if (!message.thinking().isEmpty()) {
            json.writeStringProperty("thinking", Json.wellFormed(message.thinking()));
        }
        images(message.parts());
        if (!message.toolCalls().isEmpty()) {
            toolCalls(message.toolCalls());
        }
        toolName(message).ifPresent(name -> json.writeStringProperty("tool_name", Json.wellFormed(name)));
        message.toolCallId().ifPresent(id -> json.writeStringProperty("tool_call_id", Json.wellFormed(id)));
        json.writeEndObject();
    }

    /** Templates know "system" only. */
    private static String role(String role) {
        return role.equals("developer") ? "system" : Json.wellFormed(role);
    }

    private void images(List<Message.Part> parts) {
        boolean begun = false;
        for (Message.Part part : parts) {
            switch (part) {
                case Message.Part.Text _ -> {}
                case Message.Part.Other other -> dropped.add("content." + other.type());
                case Message.Part.Image image -> {
                    if (!begun) {
                        json.writeArrayPropertyStart("images");
                        begun = true;
                    }
                    json.writeString(bytes(image));
                }
            }
        }
        if (begun) {
            json.writeEndArray();
        }
    }

    private static String bytes(Message.Part.Image image) {
        if (image.base64().isEmpty()) {
            throw OllamaRequestWriter.cannot(
                    "this model takes no image addresses, send the image itself as a base64 data address",
                    "messages.content.image_url");
        }
        return image.base64();
    }

    private void toolCalls(List<Message.ToolCall> calls) {
        json.writeArrayPropertyStart("tool_calls");
        int index = 0;
        for (Message.ToolCall call : calls) {
            toolNames.put(call.id(), call.name());
            json.writeStartObject();
            if (!call.id().isEmpty()) {
                json.writeStringProperty("id", Json.wellFormed(call.id()));
            }
            json.writeObjectPropertyStart("function");
            json.writeNumberProperty("index", index++);
            json.writeStringProperty("name", Json.wellFormed(call.name()));
            json.writeName("arguments").writeRawValue(object(call.arguments()));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String object(RawJson arguments) {
        return OllamaJson.compactObject(arguments.text())
                .orElse(RawJson.EMPTY_OBJECT)
                .text();
    }

    /** OpenAI's clients name the call that a result answers, Ollama's the tool. */
    private Optional<String> toolName(Message message) {
        return message.toolName().or(() -> message.toolCallId().flatMap(id -> Optional.ofNullable(toolNames.get(id))));
    }
}
