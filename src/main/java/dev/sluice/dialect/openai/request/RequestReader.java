package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.CleanText;
import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Message;
import dev.sluice.model.Operation;
import dev.sluice.model.RawJson;
import dev.sluice.model.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a whole request for a provider that speaks another dialect. For one use. */
public final class RequestReader {
    private final Inbound inbound;
    private final byte[] body;
    private final JsonParser parser;

    private final SamplingFields sampling = new SamplingFields();
    private final ThinkingFields thinking = new ThinkingFields();
    private final Map<String, RawJson> others = new LinkedHashMap<>();
    private AnswerFormat format = new AnswerFormat.Free();
    private List<Message> messages = List.of();
    private final List<Tool> tools = new ArrayList<>(0);
    private Optional<RawJson> toolChoice = Optional.empty();
    private RawJson prompt = new RawJson("\"\"");
    private List<RawJson> inputs = List.of();
    private String suffix = "";
    private boolean echo;
    private OptionalInt dimensions = OptionalInt.empty();

    private RequestReader(Inbound inbound) {
        this.inbound = inbound;
        this.body = inbound.body();
        this.parser = Json.parser(body);
    }

    /** @throws dev.sluice.model.GatewayException with a 400 in OpenAI's words where the body is not what its route takes */
    public static Asked read(Inbound inbound) {
        try {
            return new RequestReader(inbound).asked();
        } catch (JacksonException e) {
            throw Wrong.body(
                    "The request body is not valid JSON (" + CleanText.ofJson(e) + "). Send one JSON object in UTF-8.");
        }
    }

    private Asked asked() {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (mayConcern(name)) {
                member(name);
            }
            parser.skipChildren();
        }
        return switch (inbound.endpoint().operation()) {
            case CHAT -> new Asked.Chat(chat());
            case COMPLETION -> new Asked.Completion(completion());
            case EMBEDDING -> new Asked.Embed(new EmbedRequest(inbound.model(), inputs, dimensions, false, true));
        };
    }

    private ChatRequest chat() {
        return new ChatRequest(
                inbound.model(),
                messages,
                inbound.stream(),
                sampling.sampling(),
                format,
                tools,
                toolChoice,
                thinking.thinking(),
                inbound.choices(),
                0,
                false,
                others);
    }

    private CompletionRequest completion() {
        return new CompletionRequest(
                inbound.model(),
                prompt,
                suffix,
                inbound.stream(),
                sampling.sampling(),
                format,
                inbound.choices(),
                echo,
                others);
    }

    /** A call for vectors has few fields; what is another call's is nobody's business there. */
    private boolean mayConcern(String name) {
        return inbound.endpoint().operation() != Operation.EMBEDDING
                || name.equals("input")
                || name.equals("dimensions");
    }

    private void member(String name) {
        if (sampling.take(name, parser)) {
            return;
        }
        switch (name) {
            case "model", "stream", "stream_options", "n", "encoding_format" -> {}
            case "messages" -> messages = MessageReader.all(parser, body, others);
            case "tools" -> tools(false);
            case "functions" -> tools(true);
            case "tool_choice" -> toolChoice = given();
            case "function_call" -> toolChoice = functionChoice();
            case "response_format" -> format(name);
            case "prompt" -> prompt = Json.raw(parser, body);
            case "input" -> inputs = inputs();
            case "suffix" -> suffix = Values.text(parser, name);
            case "echo" -> echo = Values.truth(parser, name);
            case "dimensions" -> dimensions = Values.small(parser, name);
            default -> other(name);
        }
    }

    private void other(String name) {
        boolean unknown = name.equals("reasoning_effort") && ThinkingFields.isUnknown(parser);
        if (ThinkingFields.NAMES.contains(name) && !unknown) {
            thinking.take(name, parser);
        } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
            others.put(name, Json.raw(parser, body));
        }
    }

    /** A form that nobody here knows goes the way of a field that nobody here knows. */
    private void format(String name) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        Optional<AnswerFormat> known = FormatFields.read(parser, body);
        format = known.orElseGet(AnswerFormat.Free::new);
        if (known.isEmpty()) {
            others.put(name, new RawJson(Wire.text(body, from, Json.endOfValue(parser))));
        }
    }

    private Optional<RawJson> given() {
        return parser.currentToken() == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(Json.raw(parser, body));
    }

    /** The old form names a function without saying that it is one. */
    private Optional<RawJson> functionChoice() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return given();
        }
        RawJson function = Json.raw(parser, body);
        return Optional.of(new RawJson("{\"type\":\"function\",\"function\":" + function + "}"));
    }

    private void tools(boolean bare) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            RawJson tool = Json.raw(parser, body);
            RawJson wrapped = bare ? new RawJson("{\"type\":\"function\",\"function\":" + tool + "}") : tool;
            tools.add(new Tool(toolName(wrapped), wrapped));
        }
    }

    private static String toolName(RawJson tool) {
        try (JsonParser definition = Json.parser(Wire.bytes(tool.text()))) {
            int depth = 0;
            for (JsonToken token = definition.nextToken(); token != null; token = definition.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 2
                        && token == JsonToken.PROPERTY_NAME
                        && definition.currentName().equals("name")) {
                    return definition.nextToken() == JsonToken.VALUE_STRING ? definition.getString() : "";
                }
            }
            return "";
        }
    }

    private List<RawJson> inputs() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return List.of(Json.raw(parser, body));
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        List<RawJson> all = new ArrayList<>();
        boolean tokens = false;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            tokens = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
            all.add(Json.raw(parser, body));
        }
        int to = (int) parser.currentLocation().getByteOffset();
        return tokens ? List.of(new RawJson(Wire.text(body, from, to))) : all;
    }
}
