package dev.sluice.dialect.ollama.request;

import dev.sluice.dialect.Json;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the turns and tools of an Ollama chat whose types are known to be right. Used by one thread. */
public final class MessageReader {
    private final JsonParser parser;
    private final byte[] body;

    public MessageReader(JsonParser parser, byte[] body) {
        this.parser = parser;
        this.body = body;
    }

    List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            messages.add(message());
        }
        return messages;
    }

    private Message message() {
        String role = "";
        String content = "";
        String thinking = "";
        List<Message.Part> parts = new ArrayList<>(1);
        List<Message.ToolCall> calls = List.of();
        Optional<String> callId = Optional.empty();
        Optional<String> toolName = Optional.empty();
        for (boolean more = firstMember(); more; more = nextMember()) {
            switch (GoDecoder.fieldName(parser)) {
                case "role" -> role = text().toLowerCase(Locale.ROOT);
                case "content" -> content = text();
                case "thinking" -> thinking = text();
                case "images" -> parts.addAll(images());
                case "tool_calls" -> calls = toolCalls();
                case "tool_call_id" -> callId = Optional.of(text()).filter(id -> !id.isEmpty());
                case "tool_name" -> toolName = Optional.of(text()).filter(name -> !name.isEmpty());
                default -> skip();
            }
        }
        if (!content.isEmpty()) {
            parts.addFirst(new Message.Part.Text(content));
        }
        return new Message(role, parts, thinking, calls, callId, toolName);
    }

    List<Message.Part.Image> images() {
        List<Message.Part.Image> images = new ArrayList<>();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            return images;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                images.add(ImageKind.picture(parser.getString()));
            }
            parser.skipChildren();
        }
        return images;
    }

    /** The calls in the list that comes next. */
    public List<Message.ToolCall> toolCalls() {
        List<Message.ToolCall> calls = new ArrayList<>();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            return calls;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            calls.add(toolCall());
            parser.skipChildren();
        }
        return calls;
    }

    private Message.ToolCall toolCall() {
        String id = "";
        Message.ToolCall function = new Message.ToolCall("", "", RawJson.EMPTY_OBJECT);
        for (boolean more = firstMember(); more; more = nextMember()) {
            switch (GoDecoder.fieldName(parser)) {
                case "id" -> id = text();
                case "function" -> {
                    parser.nextToken();
                    function = function();
                }
                default -> skip();
            }
        }
        return new Message.ToolCall(id, function.name(), function.arguments());
    }

    private Message.ToolCall function() {
        String name = "";
        RawJson arguments = RawJson.EMPTY_OBJECT;
        for (boolean more = firstMember(); more; more = nextMember()) {
            switch (GoDecoder.fieldName(parser)) {
                case "name" -> name = text();
                case "arguments" -> {
                    parser.nextToken();
                    arguments = arguments();
                }
                default -> skip();
            }
        }
        return new Message.ToolCall("", name, arguments);
    }

    /** Some servers that imitate Ollama send the arguments as text. */
    private RawJson arguments() {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return Json.raw(parser, body);
        }
        parser.skipChildren();
        return parser.currentToken() == JsonToken.VALUE_STRING ? new RawJson(parser.getString()) : RawJson.EMPTY_OBJECT;
    }

    public List<Tool> tools() {
        List<Tool> tools = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                tools.add(tool());
            }
        }
        return tools;
    }

    private Tool tool() {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        String name = "";
        for (boolean more = firstMember(); more; more = nextMember()) {
            if (GoDecoder.fieldName(parser).equals("function")) {
                parser.nextToken();
                name = toolName();
            } else {
                skip();
            }
        }
        int to = (int) parser.currentLocation().getByteOffset();
        return new Tool(name, new RawJson(new String(body, from, to - from, StandardCharsets.UTF_8)));
    }

    private String toolName() {
        String name = "";
        for (boolean more = firstMember(); more; more = nextMember()) {
            if (GoDecoder.fieldName(parser).equals("name")) {
                name = text();
            } else {
                skip();
            }
        }
        return name;
    }

    /** Enters the value on which the parser stands, if it is an object; an absent or null one has no members. */
    private boolean firstMember() {
        return parser.currentToken() == JsonToken.START_OBJECT && nextMember();
    }

    private boolean nextMember() {
        return parser.nextToken() == JsonToken.PROPERTY_NAME;
    }

    private String text() {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return "";
    }

    private void skip() {
        parser.nextToken();
        parser.skipChildren();
    }
}
