package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Profile;
import dev.sluice.model.Message;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes turns of a conversation. For one use. */
final class MessageWriter {
    private final JsonGenerator json;
    private final Profile profile;
    private final CallIds ids = new CallIds();

    MessageWriter(JsonGenerator json, Profile profile) {
        this.json = json;
        this.profile = profile;
    }

    void write(Message message) {
        List<Message.ToolCall> calls = ids.begin(message.toolCalls());
        json.writeStartObject();
        json.writeStringProperty("role", message.role());
        content(message, !calls.isEmpty());
        if (message.role().equals("tool")) {
            json.writeStringProperty("tool_call_id", ids.answered(message));
        }
        if (!message.thinking().isEmpty()) {
            thinking(message.thinking());
        }
        if (!calls.isEmpty()) {
            calls(calls);
        }
        json.writeEndObject();
    }

    private void content(Message message, boolean calling) {
        boolean onlyText = message.parts().stream().allMatch(Message.Part.Text.class::isInstance);
        if (onlyText) {
            String text = message.text();
            json.writeName("content");
            if (text.isEmpty() && calling) {
                json.writeNull();
            } else {
                json.writeString(text);
            }
            return;
        }
        json.writeArrayPropertyStart("content");
        message.parts().forEach(this::part);
        json.writeEndArray();
    }

    private void part(Message.Part part) {
        switch (part) {
            case Message.Part.Text(String text) -> {
                if (!text.isEmpty()) {
                    json.writeStartObject();
                    json.writeStringProperty("type", "text");
                    json.writeStringProperty("text", text);
                    json.writeEndObject();
                }
            }
            case Message.Part.Image image -> {
                json.writeStartObject();
                json.writeStringProperty("type", "image_url");
                json.writeObjectPropertyStart("image_url");
                json.writeStringProperty("url", address(image));
                json.writeEndObject();
                json.writeEndObject();
            }
            case Message.Part.Other(String _, var raw) -> json.writeRawValue(raw.text());
        }
    }

    private static String address(Message.Part.Image image) {
        if (image.base64().isEmpty()) {
            return image.address();
        }
        String type = image.mediaType().isEmpty() ? sniffed(image.base64()) : image.mediaType();
        return "data:" + type + ";base64," + image.base64();
    }

    /** The first bytes of each format, as they look in base64. */
    private static String sniffed(String base64) {
        if (base64.startsWith("iVBORw0KGgo")) {
            return "image/png";
        }
        if (base64.startsWith("UklGR")) {
            return "image/webp";
        }
        return base64.startsWith("R0lGOD") ? "image/gif" : "image/jpeg";
    }

    private void thinking(String text) {
        switch (profile.thinking()) {
            case TEMPLATE, REASONING_OBJECT, THINK -> json.writeStringProperty("reasoning", text);
            case SWITCH -> json.writeStringProperty("reasoning_content", text);
            case EFFORT, EFFORT_FROM_LOW, NONE -> {
                if (profile.openFields()) {
                    json.writeStringProperty("reasoning_content", text);
                }
            }
        }
    }

    private void calls(List<Message.ToolCall> calls) {
        json.writeArrayPropertyStart("tool_calls");
        for (Message.ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringProperty("id", call.id());
            json.writeStringProperty("type", "function");
            json.writeObjectPropertyStart("function");
            json.writeStringProperty("name", call.name());
            json.writeStringProperty("arguments", call.arguments().text());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
