package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one turn of a conversation. For one use. */
final class MessageReader {
    private final JsonParser parser;
    private final byte[] body;
    private final String where;
    private final Map<String, RawJson> others;

    private String role = "";
    private final List<Message.Part> parts = new ArrayList<>(1);
    private String thinking = "";
    private final List<Message.ToolCall> calls = new ArrayList<>(0);
    private Optional<String> callId = Optional.empty();
    private Optional<String> name = Optional.empty();

    private MessageReader(JsonParser parser, byte[] body, String where, Map<String, RawJson> others) {
        this.parser = parser;
        this.body = body;
        this.where = where;
        this.others = others;
    }

    /**
     * Reads the array on which the parser stands.
     *
     * @param others takes what a turn has no place for
     */
    static List<Message> all(JsonParser parser, byte[] body, Map<String, RawJson> others) {
        List<Message> messages = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            messages.add(new MessageReader(parser, body, "messages[" + messages.size() + "]", others).message());
        }
        return messages;
    }

    private Message message() {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            parser.nextToken();
            member(member);
            parser.skipChildren();
        }
        if (role.isEmpty()) {
            throw Wrong.missing(where + ".role");
        }
        String canonical = switch (role) {
            case "developer" -> "system";
            case "function" -> "tool";
            default -> role;
        };
        boolean result = canonical.equals("tool");
        if (!result) {
            name.ifPresent(who -> others.put("messages.name", new RawJson(Json.quoted(who))));
        }
        return new Message(
                canonical,
                parts,
                thinking,
                calls,
                result ? callId : Optional.empty(),
                result ? name : Optional.empty());
    }

    private void member(String member) {
        switch (member) {
            case "role" -> role = Values.text(parser, where + ".role");
            case "content" -> content();
            case "name" -> name = given("name");
            case "tool_call_id" -> callId = given("tool_call_id");
            case "reasoning_content", "reasoning" -> thinking = thinking();
            case "tool_calls" -> calls();
            case "function_call" -> {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    calls.add(call("", parser));
                }
            }
            default -> {}
        }
    }

    private Optional<String> given(String member) {
        String text = Values.text(parser, where + "." + member);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private String thinking() {
        boolean text = parser.currentToken() == JsonToken.VALUE_STRING;
        return text && thinking.isEmpty() ? parser.getString() : thinking;
    }

    private void content() {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.START_ARRAY) {
            if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
                throw Wrong.type(where + ".content", "a string or an array of content parts", token);
            }
            if (token == JsonToken.VALUE_STRING) {
                parts.add(new Message.Part.Text(parser.getString()));
            }
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken item = parser.currentToken();
            if (item == JsonToken.VALUE_STRING) {
                parts.add(new Message.Part.Text(parser.getString()));
            } else if (item == JsonToken.START_OBJECT) {
                parts.add(PartReader.read(parser, body, others));
            } else {
                throw Wrong.type(where + ".content[" + parts.size() + "]", "an object", item);
            }
        }
    }

    private void calls() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw Wrong.type(where + ".tool_calls[" + calls.size() + "]", "an object", parser.currentToken());
            }
            calls.add(wrappedCall());
        }
    }

    private Message.ToolCall wrappedCall() {
        String id = "";
        Message.ToolCall call = new Message.ToolCall("", "", RawJson.EMPTY_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            if (member.equals("id")) {
                id = Values.text(parser, where + ".tool_calls.id");
            } else if ((member.equals("function") || member.equals("custom")) && token == JsonToken.START_OBJECT) {
                call = call("", parser);
            }
            parser.skipChildren();
        }
        return new Message.ToolCall(id, call.name(), call.arguments());
    }

    private Message.ToolCall call(String id, JsonParser function) {
        String called = "";
        RawJson arguments = RawJson.EMPTY_OBJECT;
        while (function.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = function.currentName();
            JsonToken token = function.nextToken();
            switch (member) {
                case "name" -> called = Values.text(function, where + ".tool_calls.function.name");
                case "arguments", "input" ->
                    arguments = token == JsonToken.VALUE_STRING
                            ? object(member, function.getString())
                            : Json.raw(function, body);
                default -> {}
            }
            function.skipChildren();
        }
        return new Message.ToolCall(id, called, arguments);
    }

    /** Arguments are text here and an object elsewhere. Text that is no object is kept inside one. */
    private static RawJson object(String member, String text) {
        if (text.isBlank()) {
            return RawJson.EMPTY_OBJECT;
        }
        return JsonText.isObject(text)
                ? new RawJson(text.strip())
                : new RawJson("{\"" + member + "\":" + Json.quoted(text) + "}");
    }
}
