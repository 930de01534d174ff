package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.CleanText;
import dev.sluice.dialect.FieldNames;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Bulk;
import dev.sluice.dialect.Inbound.Needs;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Inbound.Spots;
import dev.sluice.dialect.Json;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads from a request what routing needs, in one pass, and refuses what cannot be right. For one use. */
public final class RequestScan {
    private static final int MOST_CHOICES = 128;

    /** In a body of fewer bytes there is nothing to be saved by looking at less of it. */
    private static final int LARGE = 16 * 1024;

    /** More members than there are fields; a body with more is read a second time where it must be known which. */
    private static final int MOST_NOTED = 64;

    /** The output limit and the number of answers as llama.cpp's server calls them. */
    static final String LLAMA_CAP = "n_predict";

    private static final String LLAMA_CHOICES = "n_cmpl";

    /** What more is held for than the body's bytes tell; {@link Surcharges#NAMES} come on top. */
    private static final Set<String> COUNTED = Set.of(
            "model",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "best_of",
            LLAMA_CAP,
            LLAMA_CHOICES,
            "stream",
            "stream_options",
            "messages",
            "prompt",
            "input",
            "tools");

    private final Endpoint endpoint;
    private final byte[] body;
    private final JsonParser parser;

    private final List<String> members = new ArrayList<>(8);
    private int seen;
    private int objectStart;
    private String model = "";
    private Optional<Span> modelValue = Optional.empty();
    private boolean stream;
    private Optional<Span> streamOptions = Optional.empty();
    private boolean streamOptionsGiven;
    private boolean usageAsked;
    private OptionalLong cap = OptionalLong.empty();
    private Optional<Span> capValue = Optional.empty();
    private boolean completionCapGiven;
    private OptionalLong llamaCap = OptionalLong.empty();
    private Optional<Span> llamaCapValue = Optional.empty();
    private int choices = 1;
    private boolean tools;
    private boolean toolsForbidden;
    private int pictures;
    private int prompts = 1;
    private int bestOf = 1;
    private boolean schema;
    private boolean subject;
    private Optional<String> surcharge = Optional.empty();
    private Optional<String> endUser = Optional.empty();
    private final ThinkingFields thinking = new ThinkingFields();

    private RequestScan(Endpoint endpoint, byte[] body) {
        this.endpoint = endpoint;
        this.body = body;
        this.parser = Json.parser(body);
    }

    /**
     * Finds what matters in a body, in one pass.
     *
     * @throws GatewayException where it is no such request
     */
    public static Inbound read(Endpoint endpoint, byte[] body) {
        return body.length < LARGE ? readWhole(endpoint, body) : LargeRequest.read(endpoint, body);
    }

    static Inbound readWhole(Endpoint endpoint, byte[] body) {
        try {
            return new RequestScan(endpoint, body).scan();
        } catch (JacksonException e) {
            throw Wrong.body(
                    "The request body is not valid JSON (" + CleanText.ofJson(e) + "). Send one JSON object in UTF-8.");
        }
    }

    private Inbound scan() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw Wrong.body("The request body is empty. Send one JSON object.");
        }
        if (first != JsonToken.START_OBJECT) {
            throw Wrong.body("The request body must be one JSON object, such as {\"model\": ...}.");
        }
        objectStart = behind();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (members.size() <= MOST_NOTED) {
                members.add(name);
            }
            member(name, parser.nextToken());
            parser.skipChildren();
        }
        if (parser.nextToken() != null) {
            throw Wrong.body("The request body holds more than one JSON value. Send one JSON object.");
        }
        check();
        takeLlamaCap();
        Needs needs = new Needs(tools && !toolsForbidden, pictures > 0, thinking.wanted(), schema);
        Bulk bulk = new Bulk(prompts * Math.max(choices, bestOf), pictures, surcharge);
        Spots spots = new Spots(modelValue, streamOptions, capValue, objectStart, noted());
        return new Inbound(
                endpoint, model, stream, stream && usageAsked, cap, choices, needs, bulk, endUser, body, spots);
    }

    private Optional<List<String>> noted() {
        return members.size() > MOST_NOTED ? Optional.empty() : Optional.of(members);
    }

    private void check() {
        if (modelValue.isEmpty() || model.isEmpty()) {
            throw Wrong.missing("model");
        }
        if (!subject) {
            throw Wrong.missing(subjectName());
        }
        if (streamOptionsGiven && !stream) {
            throw Wrong.value("stream_options", "it is only allowed when 'stream' is true");
        }
    }

    private String subjectName() {
        return switch (endpoint.operation()) {
            case CHAT -> "messages";
            case COMPLETION -> "prompt";
            case EMBEDDING -> "input";
        };
    }

    private void member(String name, JsonToken token) {
        switch (name) {
            case "model" -> model(token);
            case "stream" -> {
                once(1, name);
                stream = Values.truth(parser, name);
            }
            case "stream_options" -> streamOptions(token);
            case "max_tokens" -> cap(name);
            case "max_completion_tokens" -> completionCap(name, token);
            case LLAMA_CAP -> llamaCap();
            case "n" -> choices = answers(32, "n");
            case LLAMA_CHOICES -> llamaChoices();
            case "best_of" -> bestOf = answers(128, "best_of");
            case "messages", "prompt", "input" -> {
                if (name.equals(subjectName())) {
                    subject(name, token);
                }
            }
            case "tools", "functions" -> tools |= filled(name, token);
            case "tool_choice", "function_call" ->
                toolsForbidden |=
                        token == JsonToken.VALUE_STRING && parser.getString().equals("none");
            case "response_format" -> responseFormat(token);
            case "encoding_format" -> encoding();
            case "user" -> {
                if (token == JsonToken.VALUE_STRING) {
                    endUser = Optional.of(parser.getString());
                }
            }
            default -> {
                refuseDouble(name);
                if (Surcharges.has(name, parser)) {
                    // Of several the one by which another model may answer: it matters where models are restricted.
                    surcharge = Inbound.Bulk.CHOOSING.contains(name)
                            ? Optional.of(name)
                            : surcharge.or(() -> Optional.of(name));
                } else if (ThinkingFields.NAMES.contains(name)) {
                    thinking.take(name, parser);
                }
            }
        }
    }

    /** Some servers take it for the field, and then it counts for more than was held for the call. */
    private static void refuseDouble(String name) {
        if (FieldNames.isPlain(name)) {
            return;
        }
        String field = FieldNames.folded(name);
        if (COUNTED.contains(field) || Surcharges.NAMES.contains(field)) {
            throw Wrong.misspelt(name, field);
        }
    }

    private void once(int bit, String name) {
        if ((seen & bit) != 0) {
            throw Wrong.value(name, "it is given twice; give it once");
        }
        seen |= bit;
    }

    private void model(JsonToken token) {
        once(2, "model");
        if (token != JsonToken.VALUE_STRING) {
            throw Wrong.type("model", "a string", token);
        }
        int from = from();
        model = parser.getString();
        modelValue = Optional.of(new Span(from, behind()));
    }

    private void streamOptions(JsonToken token) {
        once(4, "stream_options");
        int from = from();
        if (token == JsonToken.START_OBJECT) {
            streamOptionsGiven = true;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                boolean usage = FieldNames.folded(name).equals("include_usage");
                if (usage && !name.equals("include_usage")) {
                    throw Wrong.misspelt("stream_options." + name, "stream_options.include_usage");
                }
                parser.nextToken();
                if (usage) {
                    usageAsked = Values.truth(parser, "stream_options.include_usage");
                }
                parser.skipChildren();
            }
        } else if (token != JsonToken.VALUE_NULL) {
            throw Wrong.type("stream_options", "an object", token);
        }
        streamOptions = Optional.of(new Span(from, Json.endOfValue(parser)));
    }

    /** Servers obey it in chats alone: elsewhere it would be held for the call while the answer goes on. */
    private void completionCap(String name, JsonToken token) {
        boolean known = endpoint.operation() != Operation.COMPLETION;
        if (known) {
            cap(name);
        } else if (token != JsonToken.VALUE_NULL) {
            throw Wrong.unrecognized(name, "the limit of a plain completion is called 'max_tokens'");
        }
    }

    private void cap(String name) {
        boolean completion = name.equals("max_completion_tokens");
        once(completion ? 8 : 16, name);
        int from = from();
        OptionalLong value = Values.whole(parser, name);
        int least = endpoint.operation() == Operation.COMPLETION ? 0 : 1;
        if (value.isPresent() && value.getAsLong() < least) {
            throw Wrong.value(name, "expected a value of at least " + least);
        }
        if (completionCapGiven) {
            return;
        }
        completionCapGiven = completion && value.isPresent();
        if (value.isPresent() || capValue.isEmpty()) {
            cap = value;
            capValue = Optional.of(new Span(from, Json.endOfValue(parser)));
        }
    }

    private void llamaCap() {
        if (endpoint.operation() != Operation.EMBEDDING) {
            once(256, LLAMA_CAP);
            int from = from();
            llamaCap = Values.whole(parser, LLAMA_CAP);
            llamaCapValue = Optional.of(new Span(from, Json.endOfValue(parser)));
        }
    }

    /** It may stand beside the other names, but some servers obey it before them, so it must not allow more. */
    private void takeLlamaCap() {
        if (llamaCap.isEmpty()) {
            return;
        }
        long most = llamaCap.getAsLong();
        if (cap.isPresent() && (most < 1 || most > cap.getAsLong())) {
            throw Wrong.value(LLAMA_CAP, "it allows a longer answer than the other limit here; give one of them");
        }
        if (most >= 1) { // None is what others would make of it: some servers read on from nothing, too.
            cap = llamaCap;
            capValue = llamaCapValue;
        }
    }

    /** What is made of it would not be held. */
    private void llamaChoices() {
        if (endpoint.operation() != Operation.EMBEDDING
                && Values.whole(parser, LLAMA_CHOICES).orElse(1) != 1) {
            throw Wrong.unrecognized(LLAMA_CHOICES, "the number of answers is called 'n'");
        }
    }

    private int answers(int bit, String name) {
        once(bit, name);
        long wanted = Values.whole(parser, name).orElse(1);
        if (wanted < 1 || wanted > MOST_CHOICES) {
            throw Wrong.value(name, "expected 1 to " + MOST_CHOICES);
        }
        return (int) wanted;
    }

    private void subject(String name, JsonToken token) {
        once(64, name);
        subject = token != JsonToken.VALUE_NULL;
        switch (endpoint.operation()) {
            case CHAT -> {
                SubjectScan.Sights sights = SubjectScan.messages(parser);
                pictures = sights.pictures();
                surcharge = surcharge.or(sights::surcharge);
            }
            case COMPLETION -> {
                if (token != JsonToken.VALUE_STRING && token != JsonToken.START_ARRAY) {
                    throw Wrong.type(name, "a string or an array", token);
                }
                prompts = token == JsonToken.START_ARRAY ? SubjectScan.prompts(parser) : 1;
            }
            case EMBEDDING -> SubjectScan.inputs(parser);
        }
    }

    private boolean filled(String name, JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return false;
        }
        if (token != JsonToken.START_ARRAY) {
            throw Wrong.type(name, "an array of objects", token);
        }
        boolean filled = parser.nextToken() != JsonToken.END_ARRAY;
        while (parser.currentToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw Wrong.type(name, "an array of objects", parser.currentToken());
            }
            tool(name);
            parser.nextToken();
        }
        return filled;
    }

    /** The parser stands on its start, and then on its end. */
    private void tool(String list) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean kind = FieldNames.folded(parser.currentName()).equals("type");
            boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
            if (kind && text && Surcharges.isServerTool(parser.getString())) {
                surcharge = surcharge.or(() -> Optional.of(list));
            }
            parser.skipChildren();
        }
    }

    private void responseFormat(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw Wrong.type("response_format", "an object", token);
        }
        schema = FormatFields.asksForSchema(parser);
    }

    private void encoding() {
        String encoding = Values.text(parser, "encoding_format");
        if (!encoding.isEmpty() && !encoding.equals("float") && !encoding.equals("base64")) {
            throw Wrong.value("encoding_format", "expected 'float' or 'base64'");
        }
    }

    private int from() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private int behind() {
        return (int) parser.currentLocation().getByteOffset();
    }
}
