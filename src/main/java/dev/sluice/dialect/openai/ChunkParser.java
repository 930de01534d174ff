package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Members;
import dev.sluice.model.Timings;
import dev.sluice.model.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** Reads one chunk or whole answer in one pass over its bytes. For one use. */
final class ChunkParser {
    private final byte[] json;
    private final int base;
    private final JsonParser parser;

    private Optional<Span> id = Optional.empty();
    private Optional<Span> created = Optional.empty();
    private Optional<Span> model = Optional.empty();
    private String modelName = "";
    private Optional<Span> choicesList = Optional.empty();
    private final List<Chunk.Choice> choices = new ArrayList<>(1);
    private Optional<Chunk.Place> usagePlace = Optional.empty();
    private boolean usageGiven;
    private Optional<Usage> usage = Optional.empty();
    private Optional<Timings> timings = Optional.empty();
    private Optional<Chunk.Place> emptyError = Optional.empty();
    private Optional<ErrorObject> error = Optional.empty();
    private boolean complains;

    private ChunkParser(byte[] json, int from, int to) {
        this.json = json;
        this.base = from;
        this.parser = Json.parser(json, from, to - from);
    }

    /** @throws tools.jackson.core.JacksonException where it is no JSON object of the right shape */
    static Chunk parse(byte[] json, int from, int to) {
        return new ChunkParser(json, from, to).chunk();
    }

    private Chunk chunk() {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new StreamReadException(parser, "not a JSON object");
        }
        Members members =
                new Members(json, base + (int) parser.currentLocation().getByteOffset());
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            member(members);
        }
        int end = from();
        if (parser.nextToken() != null) {
            throw new StreamReadException(parser, "more than one JSON value");
        }
        if (complains && error.isEmpty() && choices.isEmpty()) {
            error = Optional.of(UpstreamRefusal.error(json, base, end + 1));
        }
        return new Chunk(
                id,
                created,
                model,
                modelName,
                choicesList,
                choices,
                usagePlace,
                usageGiven,
                usage,
                timings,
                emptyError,
                error,
                end);
    }

    private void member(Members members) {
        int keyStart = from();
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        int valueStart = from();
        read(name, token);
        int valueEnd = base + Json.endOfValue(parser);
        Span value = new Span(valueStart, valueEnd);
        switch (name) {
            case "id" -> id = Optional.of(value);
            case "created" -> created = Optional.of(value);
            case "model" -> model = Optional.of(value);
            case "choices" -> choicesList = Optional.of(value);
            case "usage" -> {
                usagePlace = Optional.of(new Chunk.Place(members.cut(keyStart, valueEnd), value));
                return;
            }
            case "error" -> {
                if (error.isEmpty()) {
                    emptyError = Optional.of(new Chunk.Place(members.cut(keyStart, valueEnd), value));
                    return;
                }
            }
            default -> {}
        }
        members.keep(valueEnd);
    }

    private void read(String name, JsonToken token) {
        switch (name) {
            case "model" -> modelName = token == JsonToken.VALUE_STRING ? parser.getString() : "";
            case "choices" -> choices(token);
            case "usage" -> {
                usageGiven = token == JsonToken.START_OBJECT;
                usage = usageGiven ? UsageReader.read(parser) : Optional.empty();
            }
            case "timings" -> timings = token == JsonToken.START_OBJECT ? TimingsReader.read(parser) : Optional.empty();
            case "error" -> error = ErrorObject.read(parser);
            // vLLM and FastAPI, where nothing wraps the error.
            case "object" ->
                complains |=
                        token == JsonToken.VALUE_STRING && parser.getString().equals("error");
            case "detail" -> complains |= token != JsonToken.VALUE_NULL;
            default -> {}
        }
    }

    private void choices(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_ARRAY) {
            throw new StreamReadException(parser, "choices must be an array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "a choice must be an object");
            }
            choices.add(new ChoiceParser(json, base, parser).choice());
        }
    }

    private int from() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }
}
