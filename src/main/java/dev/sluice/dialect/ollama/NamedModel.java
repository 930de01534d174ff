package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.ollama.request.GoDecoder;
import dev.sluice.dialect.ollama.request.GoSyntax;
import dev.sluice.dialect.ollama.request.GoType;
import dev.sluice.dialect.ollama.request.OllamaShapes;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The model that a request about models names, under either of its two names, read and refused as Ollama does.
 *
 * @param stream whether the answer shall come as a stream
 */
public record NamedModel(String name, boolean stream) {
    private static final GoType OPTIONS = new GoType.Keyed("map[string]interface {}", OllamaShapes.ANY);

    private static final GoType.Struct SHOW = new GoType.Struct(
            "api.ShowRequest",
            Map.of(
                    "model", GoType.Scalar.STRING,
                    "name", GoType.Scalar.STRING,
                    "system", GoType.Scalar.STRING,
                    "template", GoType.Scalar.STRING,
                    "verbose", GoType.Scalar.BOOL,
                    "options", OPTIONS));

    private static final GoType.Struct PULL = new GoType.Struct(
            "api.PullRequest",
            Map.of(
                    "model", GoType.Scalar.STRING,
                    "name", GoType.Scalar.STRING,
                    "insecure", GoType.Scalar.BOOL,
                    "username", GoType.Scalar.STRING,
                    "password", GoType.Scalar.STRING,
                    "stream", GoType.Scalar.BOOL));

    /** @throws GatewayException with Ollama's words */
    public static NamedModel toShow(byte[] body) {
        return read(body, SHOW, "model is required");
    }

    /** @throws GatewayException with Ollama's words */
    public static NamedModel toPull(byte[] body) {
        return read(body, PULL, "invalid model name");
    }

    private static NamedModel read(byte[] body, GoType.Struct shape, String nameless) {
        Optional<String> broken = GoSyntax.mistake(body);
        if (broken.isPresent()) {
            throw refused(broken.get());
        }
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() == null) {
                throw refused(GoSyntax.EMPTY_BODY);
            }
            GoDecoder decoder = new GoDecoder(parser, false);
            NamedModel named = parser.currentToken() == JsonToken.START_OBJECT
                    ? members(parser, decoder, shape)
                    : other(decoder, shape);
            decoder.mistake().ifPresent(words -> {
                throw refused(words);
            });
            if (named.name().isEmpty()) {
                throw refused(nameless);
            }
            return named;
        } catch (JacksonException _) {
            throw refused("the request's text is too deep, too long or not UTF-8");
        }
    }

    /** A null leaves a name as it was, as in Go. */
    private static NamedModel members(JsonParser parser, GoDecoder decoder, GoType.Struct shape) {
        String model = "";
        String name = "";
        boolean stream = true;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = GoDecoder.fieldName(parser);
            JsonToken value = parser.nextToken();
            switch (field) {
                case "model" -> model = value == JsonToken.VALUE_STRING ? parser.getString() : model;
                case "name" -> name = value == JsonToken.VALUE_STRING ? parser.getString() : name;
                case "stream" -> stream = value != JsonToken.VALUE_FALSE;
                default -> {}
            }
            decoder.check(
                    shape.members().getOrDefault(field, OllamaShapes.ANY),
                    new GoDecoder.Place(shape.bareName(), field, false));
        }
        return new NamedModel(model.isEmpty() ? name : model, stream);
    }

    /** Not an object: the decoder says so, unless it is null, which names nothing. */
    private static NamedModel other(GoDecoder decoder, GoType.Struct shape) {
        decoder.check(shape, new GoDecoder.Place("", "", false));
        return new NamedModel("", true);
    }

    private static GatewayException refused(String words) {
        return new GatewayException(new Failure.BadRequest(words));
    }
}
