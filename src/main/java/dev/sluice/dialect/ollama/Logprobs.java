package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Token log-probabilities: Ollama leaves out what is empty, OpenAI writes null and an empty list. */
final class Logprobs {
    private static final int DEEPEST = 2;

    private Logprobs() {}

    private record Entry(String token, String logprob, List<String> bytes, List<Entry> top) {
        Entry atMost(int most) {
            return new Entry(token, logprob, bytes, top.subList(0, Math.min(most, top.size())));
        }
    }

    /** An Ollama server's list as OpenAI writes it; empty where it is none. */
    static Optional<RawJson> toOpenAi(RawJson list) {
        return translated(list, true, Integer.MAX_VALUE);
    }

    /**
     * OpenAI's list as Ollama writes it; empty where it is none.
     *
     * @param most alternatives of a token
     */
    static Optional<RawJson> toOllama(RawJson list, int most) {
        return translated(list, false, most);
    }

    private static Optional<RawJson> translated(RawJson list, boolean toOpenAi, int most) {
        byte[] json = list.text().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 32);
        try (JsonParser parser = Json.parser(json);
                JsonGenerator translated = OllamaJson.generator(out)) {
            parser.nextToken();
            List<Entry> entries =
                    entries(parser, 0).stream().map(entry -> entry.atMost(most)).toList();
            if (entries.isEmpty()) {
                return Optional.empty();
            }
            write(entries, translated, toOpenAi, 0);
        } catch (JacksonException _) {
            return Optional.empty();
        }
        return Optional.of(new RawJson(out.toString(StandardCharsets.UTF_8)));
    }

    private static List<Entry> entries(JsonParser parser, int depth) {
        List<Entry> entries = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY || depth == DEEPEST) {
            parser.skipChildren();
            return entries;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                entries.add(entry(parser, depth));
            } else {
                parser.skipChildren();
            }
        }
        return entries;
    }

    private static Entry entry(JsonParser parser, int depth) {
        String token = "";
        String logprob = "0";
        List<String> bytes = List.of();
        List<Entry> top = List.of();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "token" -> token = value == JsonToken.VALUE_STRING ? parser.getString() : token;
                case "logprob" -> logprob = value.isNumeric() ? parser.getString() : logprob;
                case "bytes" -> bytes = numbers(parser);
                case "top_logprobs" -> top = entries(parser, depth + 1);
                default -> parser.skipChildren();
            }
        }
        return new Entry(Json.wellFormed(token), logprob, bytes, top);
    }

    private static List<String> numbers(JsonParser parser) {
        List<String> numbers = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return numbers;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isNumeric()) {
                numbers.add(parser.getString());
            }
            parser.skipChildren();
        }
        return numbers;
    }

    private static void write(List<Entry> entries, JsonGenerator out, boolean toOpenAi, int depth) {
        out.writeStartArray();
        for (Entry entry : entries) {
            out.writeStartObject();
            out.writeStringProperty("token", entry.token());
            out.writeName("logprob").writeNumber(entry.logprob());
            if (!entry.bytes().isEmpty()) {
                out.writeArrayPropertyStart("bytes");
                entry.bytes().forEach(out::writeNumber);
                out.writeEndArray();
            } else if (toOpenAi) {
                out.writeNullProperty("bytes");
            }
            if (!entry.top().isEmpty() || (toOpenAi && depth == 0)) {
                out.writeName("top_logprobs");
                write(entry.top(), out, toOpenAi, depth + 1);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
