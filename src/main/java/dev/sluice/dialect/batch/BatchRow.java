package dev.sluice.dialect.batch;

import dev.sluice.dialect.CleanText;
import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One chat call out of a file: the body of {@code POST /v1/chat/completions}, or a line of OpenAI's batch format, which
 * has that body under {@code body} and a name of the user's own under {@code custom_id}. Whatever is not changed here
 * stays as it was written.
 *
 * @param id the user's own name for the row
 * @param body a whole answer is asked for, never a stream
 */
public record BatchRow(Optional<String> id, byte[] body) {
    private static final int LONGEST_ID = 512;
    private static final int LONGEST_NUMBER = 9;
    private static final String CAP = "max_tokens";
    private static final String COMPLETION_CAP = "max_completion_tokens";

    /** A member of an object: where its value stands, and its text where it is a single value. */
    private record Member(Span value, JsonToken token, String text) {}

    /**
     * Reads a line.
     *
     * @param model asked where the row names none
     * @param cap the most output tokens; a row may ask for fewer
     * @throws IllegalArgumentException with what is wrong with the line
     */
    public static BatchRow read(byte[] line, String model, OptionalInt cap) {
        Map<String, Member> members = members(line);
        Optional<Member> inner = Optional.ofNullable(members.get("body"));
        if (inner.isEmpty()) {
            return new BatchRow(id(members), finished(line, members, model, cap));
        }
        Optional<Member> url = Optional.ofNullable(members.get("url"));
        if (url.isPresent() && !url.get().text.equals("/v1/chat/completions")) {
            throw new IllegalArgumentException("'url' must be /v1/chat/completions, not '" + url.get().text + "'");
        }
        Span span = inner.get().value;
        byte[] body = Arrays.copyOfRange(line, span.from(), span.to());
        return new BatchRow(id(members), finished(body, members(body), model, cap));
    }

    /** The call that asks a model one text, behind instructions where there are any. */
    public static BatchRow ofText(String system, String text, String model, OptionalInt cap) {
        byte[] body = Json.object(json -> {
            json.writeStringProperty("model", Json.wellFormed(model));
            json.writeArrayPropertyStart("messages");
            if (!system.isEmpty()) {
                json.writeStartObject();
                json.writeStringProperty("role", "system");
                json.writeStringProperty("content", Json.wellFormed(system));
                json.writeEndObject();
            }
            json.writeStartObject();
            json.writeStringProperty("role", "user");
            json.writeStringProperty("content", Json.wellFormed(text));
            json.writeEndObject();
            json.writeEndArray();
            if (cap.isPresent()) {
                json.writeNumberProperty(CAP, cap.getAsInt());
            }
        });
        return new BatchRow(Optional.empty(), body);
    }

    private static Map<String, Member> members(byte[] object) {
        Map<String, Member> members = new LinkedHashMap<>();
        try (JsonParser parser = Json.parser(object)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                String text = token.isScalarValue() ? parser.getString() : "";
                Span value = new Span(from, Json.endOfValue(parser));
                if (members.put(name, new Member(value, token, text)) != null) {
                    throw new IllegalArgumentException("has '" + name + "' twice");
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("has something behind its JSON object");
            }
        } catch (JacksonException broken) {
            throw new IllegalArgumentException("is not JSON: " + CleanText.ofJson(broken), broken);
        }
        return members;
    }

    private static Optional<String> id(Map<String, Member> members) {
        Optional<String> id =
                Optional.ofNullable(members.get("custom_id")).map(Member::text).filter(text -> !text.isEmpty());
        if (id.isPresent() && id.get().length() > LONGEST_ID) {
            throw new IllegalArgumentException("'custom_id' is longer than " + LONGEST_ID + " characters");
        }
        return id;
    }

    private static byte[] finished(byte[] body, Map<String, Member> members, String model, OptionalInt cap) {
        Optional<Member> messages = Optional.ofNullable(members.get("messages"));
        if (messages.isEmpty() || messages.get().token != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("has no list 'messages'");
        }
        Edits edits = new Edits();
        StringBuilder added = new StringBuilder();
        Optional<Member> asked = Optional.ofNullable(members.get("model"));
        if (asked.isEmpty()) {
            added.append("\"model\":").append(Json.quoted(model)).append(',');
        } else if (asked.get().token != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("'model' must be a string");
        }
        Optional.ofNullable(members.get("stream"))
                .filter(stream -> stream.token != JsonToken.VALUE_FALSE)
                .ifPresent(stream -> edits.replace(stream.value, "false"));
        if (cap.isPresent()) {
            cap(members, cap.getAsInt(), edits, added);
        }
        if (!added.isEmpty()) {
            edits.insert(behindBrace(body), added.toString());
        }
        return edits.over(body).join();
    }

    private static void cap(Map<String, Member> members, int cap, Edits edits, StringBuilder added) {
        Optional<Member> written =
                Optional.ofNullable(members.get(COMPLETION_CAP)).or(() -> Optional.ofNullable(members.get(CAP)));
        if (written.isEmpty()) {
            added.append('"').append(CAP).append("\":").append(cap).append(',');
        } else if (!isAtMost(written.get(), cap)) {
            edits.replace(written.get().value, Integer.toString(cap));
        }
    }

    private static boolean isAtMost(Member written, int cap) {
        return written.token == JsonToken.VALUE_NUMBER_INT
                && written.text.length() <= LONGEST_NUMBER
                && Integer.parseInt(written.text) <= cap;
    }

    private static int behindBrace(byte[] body) {
        int at = 0;
        while (body[at] != '{') {
            at++;
        }
        return at + 1;
    }
}
