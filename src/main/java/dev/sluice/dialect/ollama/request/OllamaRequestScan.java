package dev.sluice.dialect.ollama.request;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One pass over a request: what routing needs, and Ollama's own refusals in Ollama's own order. Used once, by one
 * thread.
 */
public final class OllamaRequestScan {
    private static final int MOST_TOP_LOGPROBS = 20;

    private final Endpoint endpoint;
    private final byte[] body;
    private final JsonParser parser;
    private final GoDecoder decoder;
    private String model = "";
    private Optional<Inbound.Span> modelSpan = Optional.empty();
    private Optional<Inbound.Span> capSpan = Optional.empty();
    private OptionalLong cap = OptionalLong.empty();
    private Optional<String> optionMistake = Optional.empty();
    private Optional<String> formatMistake = Optional.empty();
    private int objectStart;
    private long topLogprobs;
    private boolean stream;
    private boolean thinking;
    private boolean schema;
    private boolean raw;
    private boolean templated;
    private boolean promptGiven;
    private boolean unload;
    private boolean inputFits = true;

    private OllamaRequestScan(Endpoint endpoint, byte[] body, JsonParser parser, boolean textArguments) {
        this.endpoint = endpoint;
        this.body = body;
        this.parser = parser;
        this.decoder = new GoDecoder(parser, textArguments);
        this.stream = streams();
    }

    /**
     * Reads a request.
     *
     * @param textArguments whether arguments of calls in the history may be the text of an object; the request is then
     *     one in which they are that object
     */
    public static Inbound read(Endpoint endpoint, byte[] body, boolean textArguments) {
        try (JsonParser parser = Json.parser(body)) {
            OllamaRequestScan scan = new OllamaRequestScan(endpoint, body, parser, textArguments);
            Inbound inbound = scan.read();
            return scan.decoder.textArguments().isEmpty() ? inbound : read(endpoint, scan.unpacked(), false);
        } catch (JacksonException _) {
            throw refused(GoSyntax.mistake(body).orElse("the request's text is too deep, too long or not UTF-8"));
        } catch (GatewayException refusal) {
            // Go looks at the whole text before it looks at any value: broken JSON further down comes first.
            throw GoSyntax.mistake(body).map(OllamaRequestScan::refused).orElse(refusal);
        }
    }

    private byte[] unpacked() {
        Edits edits = new Edits();
        decoder.textArguments().forEach(edits::replace);
        return edits.over(body).join();
    }

    private Inbound read() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw refused(GoSyntax.EMPTY_BODY);
        }
        GoType.Struct shape = OllamaShapes.of(endpoint);
        GoDecoder.Place top = new GoDecoder.Place("", "", false);
        if (first == JsonToken.START_OBJECT) {
            objectStart = (int) parser.currentLocation().getByteOffset();
            members(shape);
        } else {
            decoder.check(shape, top);
        }
        refuseAsTheServerDoes();
        return inbound();
    }

    private void members(GoType.Struct shape) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = GoDecoder.fieldName(parser);
            JsonToken token = parser.nextToken();
            if (name.equals("options") && token == JsonToken.START_OBJECT) {
                options();
                continue;
            }
            note(name, token);
            if (name.equals("input") || name.equals("format")) {
                continue;
            }
            decoder.check(
                    shape.members().getOrDefault(name, OllamaShapes.ANY),
                    new GoDecoder.Place(shape.bareName(), name, false));
        }
    }

    private void note(String name, JsonToken token) {
        boolean text = token == JsonToken.VALUE_STRING;
        switch (name) {
            case "model" -> model(text);
            case "stream" -> stream = streams() && token != JsonToken.VALUE_FALSE; // Of several the last one counts.
            case "prompt" -> promptGiven = text && parser.getStringLength() > 0;
            case "system", "template" -> templated |= text && parser.getStringLength() > 0;
            case "raw" -> raw = token == JsonToken.VALUE_TRUE;
            case "think" -> thinking = text || token == JsonToken.VALUE_TRUE;
            case "top_logprobs" ->
                topLogprobs = token == JsonToken.VALUE_NUMBER_INT ? (long) parser.getDoubleValue() : 0;
            case "keep_alive" -> unload = KeepAlive.isZero(parser);
            case "format" -> format(token);
            case "input" -> input(token);
            case "options" -> forgetOptions(token);
            default -> {}
        }
    }

    private boolean streams() {
        return endpoint == Endpoint.OLLAMA_CHAT || endpoint == Endpoint.OLLAMA_GENERATE;
    }

    private void model(boolean text) {
        if (text) {
            model = parser.getString();
            modelSpan = Optional.of(span());
        }
    }

    private Inbound.Span span() {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        return new Inbound.Span(from, Json.endOfValue(parser));
    }

    private void format(JsonToken token) {
        schema = token == JsonToken.START_OBJECT;
        boolean allowed = schema
                || token == JsonToken.VALUE_NULL
                || (token == JsonToken.VALUE_STRING && Set.of("", "json").contains(parser.getString()));
        if (allowed) {
            parser.skipChildren();
            formatMistake = Optional.empty();
        } else {
            formatMistake = Optional.of("invalid format: "
                    + GoQuote.quoted(Json.raw(parser, body).text())
                    + "; expected \"json\" or a valid JSON Schema object");
        }
    }

    private void input(JsonToken token) {
        inputFits = token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL || token == JsonToken.START_ARRAY;
        GoDecoder.Place place = place("input");
        if (token != JsonToken.START_ARRAY) {
            decoder.checkAny(place);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            inputFits &= parser.currentToken() == JsonToken.VALUE_STRING;
            decoder.checkAny(place);
        }
    }

    private GoDecoder.Place place(String member) {
        return new GoDecoder.Place(OllamaShapes.of(endpoint).bareName(), member, false);
    }

    /** A second object is merged into the first: of each option the last one counts. */
    private void options() {
        GoDecoder.Place place = place("options");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("num_predict")) {
                capSpan = Optional.of(span());
                long asked = token.isNumeric() ? (long) parser.getDoubleValue() : 0;
                cap = asked > 0 ? OptionalLong.of(asked) : OptionalLong.empty();
            }
            Optional<String> mistake = OllamaOptions.mistake(name, parser, () -> decoder.checkAny(place));
            optionMistake = optionMistake.or(() -> mistake);
        }
    }

    /** A null empties the map that Go has read so far, and what stands behind it begins anew. */
    private void forgetOptions(JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            cap = OptionalLong.empty();
            capSpan = Optional.empty();
            optionMistake = Optional.empty();
        }
    }

    private void refuseAsTheServerDoes() {
        decoder.mistake().ifPresent(words -> {
            throw refused(words);
        });
        switch (endpoint) {
            case OLLAMA_GENERATE -> refuseGenerate();
            case OLLAMA_CHAT -> refuseChat();
            case OLLAMA_EMBED -> refuseEmbed();
            case OLLAMA_EMBEDDINGS, OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS -> {
                needModel();
                refuseOptions();
            }
        }
    }

    private void refuseGenerate() {
        checkTopLogprobs();
        if (model.isEmpty()) {
            throw new GatewayException(new Failure.UnknownModel(""));
        }
        if (unload && !promptGiven) {
            return;
        }
        if (raw && (templated || decoder.filled("context"))) {
            throw refused("raw mode does not support template, system, or context");
        }
        refuseOptions();
        if (promptGiven) {
            refuseFormat();
        }
    }

    private void refuseChat() {
        checkTopLogprobs();
        needModel();
        boolean empty = !decoder.filled("messages");
        if (empty && unload) {
            return;
        }
        refuseOptions();
        if (!empty) {
            refuseFormat();
        }
    }

    private void refuseEmbed() {
        if (!inputFits) {
            throw refused("invalid input type");
        }
        if (model.isEmpty()) {
            throw broken("unqualified name: registry.ollama.ai/library/!MISSING!:latest");
        }
        refuseOptions();
    }

    private void checkTopLogprobs() {
        if (topLogprobs < 0 || topLogprobs > MOST_TOP_LOGPROBS) {
            throw refused("top_logprobs must be between 0 and " + MOST_TOP_LOGPROBS);
        }
    }

    private void needModel() {
        if (model.isEmpty()) {
            throw refused("model is required");
        }
    }

    private void refuseOptions() {
        optionMistake.ifPresent(words -> {
            throw broken(words);
        });
    }

    private void refuseFormat() {
        formatMistake.ifPresent(words -> {
            throw broken(words);
        });
    }

    private static GatewayException refused(String words) {
        return new GatewayException(new Failure.BadRequest(words));
    }

    /** What the real server notices only while it works, and therefore answers with 500. */
    private static GatewayException broken(String words) {
        return new GatewayException(new Failure.BadRequest(500, words, "", ""));
    }

    private Inbound inbound() {
        int images = decoder.count("images") + decoder.count("messages.images");
        Inbound.Needs needs = new Inbound.Needs(decoder.filled("tools"), images > 0, thinking, schema);
        Inbound.Bulk bulk =
                new Inbound.Bulk(1, images, decoder.serverTools() ? Optional.of("tools") : Optional.empty());
        Inbound.Spots spots = new Inbound.Spots(modelSpan, Optional.empty(), capSpan, objectStart, Optional.empty());
        return new Inbound(endpoint, model, stream, true, cap, 1, needs, bulk, Optional.empty(), body, spots);
    }
}
