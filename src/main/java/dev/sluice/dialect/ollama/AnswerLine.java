package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.model.Usage;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One object of a provider's answer, read in one pass. Members of a wrong type count as absent. Read once, by one
 * thread; plain fields because there are too many of them for a record's constructor.
 */
final class AnswerLine {
    private static final long UNKNOWN = -1;
    private static final int MOST_ERROR_BYTES = 4096;

    private final byte[] json;
    private final JsonParser parser;
    private String model = "";
    private String content = "";
    private String thinking = "";
    private String doneReason = "";
    private Optional<String> error = Optional.empty();
    private Optional<Span> emptyError = Optional.empty();
    private Optional<Span> modelSpan = Optional.empty();
    private Optional<Span> toolCalls = Optional.empty();
    private Optional<Span> logprobs = Optional.empty();
    private Optional<Span> vectors = Optional.empty();
    private boolean done;
    private boolean embedding;
    private boolean legacyVector;
    private long promptTokens = UNKNOWN;
    private long cachedTokens = UNKNOWN;
    private long outputTokens = UNKNOWN;
    private int closingBrace;

    private AnswerLine(byte[] json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** Empty where the bytes are not one JSON object. */
    static Optional<AnswerLine> of(byte[] json) {
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            AnswerLine line = new AnswerLine(json, parser);
            line.members();
            return parser.nextToken() == null ? Optional.of(line) : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private void members() {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "model" -> model(token);
                case "message" -> message(token);
                case "response" -> content = text(token);
                case "thinking" -> thinking = text(token);
                case "done" -> done = token == JsonToken.VALUE_TRUE;
                case "done_reason" -> doneReason = text(token);
                case "error" -> {
                    error = errorText(token);
                    emptyError = error.isEmpty() ? Optional.of(member(from)) : Optional.empty();
                }
                case "tool_calls" -> toolCalls = list(token);
                case "logprobs" -> logprobs = list(token);
                case "embeddings", "embedding" -> {
                    embedding = token == JsonToken.START_ARRAY;
                    legacyVector = embedding && name.equals("embedding");
                    vectors = list(token);
                }
                case "prompt_eval_count" -> promptTokens = count(token);
                case "prompt_eval_cached_count" -> cachedTokens = count(token);
                case "eval_count" -> outputTokens = count(token);
                default -> {}
            }
            parser.skipChildren();
        }
        closingBrace = (int) parser.currentTokenLocation().getByteOffset();
    }

    private void model(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            model = parser.getString();
            modelSpan = Optional.of(span());
        }
    }

    private void message(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content" -> content = text(value);
                case "thinking" -> thinking = text(value);
                case "tool_calls" -> toolCalls = list(value);
                default -> {}
            }
            parser.skipChildren();
        }
    }

    private String text(JsonToken token) {
        return token == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    private Optional<String> errorText(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (token == JsonToken.VALUE_STRING) {
            return Optional.of(parser.getString());
        }
        Span span = span();
        int to = Math.min(span.to(), span.from() + MOST_ERROR_BYTES);
        return Optional.of(ProviderWords.of(Arrays.copyOfRange(json, span.from(), to)));
    }

    /** A member and one of the commas beside it. */
    private Span member(int nameFrom) {
        int before = nameFrom - 1;
        while (json[before] <= ' ') {
            before--;
        }
        int to = Json.endOfValue(parser);
        if (json[before] == ',') {
            return new Span(before, to);
        }
        int behind = to;
        while (behind < json.length && json[behind] <= ' ') {
            behind++;
        }
        return new Span(nameFrom, behind < json.length && json[behind] == ',' ? behind + 1 : to);
    }

    private Optional<Span> list(JsonToken token) {
        return token == JsonToken.START_ARRAY ? Optional.of(span()).filter(span -> !isEmpty(span)) : Optional.empty();
    }

    private boolean isEmpty(Span span) {
        for (int at = span.from() + 1; at < span.to() - 1; at++) {
            if (json[at] > ' ') {
                return false;
            }
        }
        return true;
    }

    private Span span() {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        return new Span(from, Json.endOfValue(parser));
    }

    private long count(JsonToken token) {
        boolean sensible = token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT;
        long count = sensible ? parser.getIntValue() : UNKNOWN;
        return count >= 0 && count <= Usage.MOST_REPORTED ? count : UNKNOWN;
    }

    String model() {
        return model;
    }

    Optional<Span> modelSpan() {
        return modelSpan;
    }

    String content() {
        return content;
    }

    String thinking() {
        return thinking;
    }

    Optional<Span> toolCalls() {
        return toolCalls;
    }

    Optional<Span> logprobs() {
        return logprobs;
    }

    /** The list of vectors, or the one vector of the legacy route. */
    Optional<Span> vectors() {
        return vectors;
    }

    /** Whether there is a list of vectors, even an empty one. */
    boolean isEmbedding() {
        return embedding;
    }

    boolean isLegacyVector() {
        return legacyVector;
    }

    Optional<String> error() {
        return error;
    }

    /** What to cut where a member is called error and tells of none, at whose mere sight ollama-js throws. */
    Optional<Span> emptyError() {
        return emptyError;
    }

    /** Whether the answer ends with this object. Vectors come in one object without any mark. */
    boolean isLast() {
        return done;
    }

    String doneReason() {
        return doneReason;
    }

    /** Whether only a model was loaded or unloaded. */
    boolean isLoad() {
        return done && (doneReason.equals("load") || doneReason.equals("unload"));
    }

    int closingBrace() {
        return closingBrace;
    }

    boolean hasContent() {
        return done || !content.isEmpty() || !thinking.isEmpty() || toolCalls.isPresent() || vectors.isPresent();
    }

    long characters() {
        long calls = toolCalls.map(span -> span.to() - span.from()).orElse(0);
        return content.length() + thinking.length() + calls;
    }

    /** Empty without the prompt's count: an input of zero would understate the cost. */
    Optional<Usage> usage() {
        if (promptTokens == UNKNOWN) {
            return Optional.empty();
        }
        long cached = cachedTokens > promptTokens ? 0 : Math.max(0, cachedTokens);
        return Optional.of(new Usage(promptTokens, cached, 0, Math.max(0, outputTokens), 0, false, Optional.empty()));
    }
}
