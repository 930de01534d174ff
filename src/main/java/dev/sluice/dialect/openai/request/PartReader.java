package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one part of a turn's content. */
final class PartReader {
    private PartReader() {}

    /**
     * Reads the object on which the parser stands; the parser then stands on its end.
     *
     * @param others takes what a part has no place for
     */
    static Message.Part read(JsonParser parser, byte[] body, Map<String, RawJson> others) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        String type = "";
        String text = "";
        String url = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            boolean string = token == JsonToken.VALUE_STRING;
            switch (name) {
                case "type" -> type = Values.text(parser, "messages.content.type");
                case "text", "refusal" -> text = string ? parser.getString() : text;
                case "image_url" -> url = string ? parser.getString() : url(parser, others);
                default -> {}
            }
            parser.skipChildren();
        }
        int to = (int) parser.currentLocation().getByteOffset();
        return switch (type) {
            case "text", "input_text", "output_text", "refusal" -> new Message.Part.Text(text);
            case "image_url", "input_image" -> image(url);
            default -> new Message.Part.Other(type, new RawJson(Wire.text(body, from, to)));
        };
    }

    private static String url(JsonParser parser, Map<String, RawJson> others) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return "";
        }
        String url = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            boolean string = parser.nextToken() == JsonToken.VALUE_STRING;
            if (string && name.equals("url")) {
                url = parser.getString();
            } else if (string && name.equals("detail") && !parser.getString().equals("auto")) {
                others.put("image_url.detail", new RawJson(Json.quoted(parser.getString())));
            }
            parser.skipChildren();
        }
        return url;
    }

    private static Message.Part image(String url) {
        int comma = url.indexOf(',');
        if (!url.startsWith("data:") || comma < 0) {
            if (url.isEmpty()) {
                throw Wrong.missing("messages.content.image_url.url");
            }
            return new Message.Part.Image("", "", url);
        }
        String head = url.substring("data:".length(), comma);
        int parameters = head.indexOf(';');
        if (!head.endsWith(";base64")) {
            throw Wrong.value("messages.content.image_url.url", "a data: address must be base64-encoded");
        }
        return new Message.Part.Image(head.substring(0, parameters), url.substring(comma + 1), "");
    }
}
