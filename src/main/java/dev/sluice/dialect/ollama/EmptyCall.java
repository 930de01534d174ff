package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.ollama.request.GoDecoder;
import dev.sluice.dialect.ollama.request.KeepAlive;
import dev.sluice.model.Endpoint;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A call that asks nothing: it loads or unloads a model, or has no text to embed. */
final class EmptyCall {
    private EmptyCall() {}

    static Optional<WholeReply> reply(Inbound inbound, Instant now) {
        boolean unload = false;
        try (JsonParser parser = Json.parser(inbound.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = GoDecoder.fieldName(parser);
                parser.nextToken();
                if (name.equals(asking(inbound.endpoint())) && asks(parser)) {
                    return Optional.empty();
                }
                if (name.equals("keep_alive")) {
                    unload = KeepAlive.isZero(parser);
                }
                parser.skipChildren();
            }
        }
        return Optional.of(new WholeReply(200, OllamaFront.WHOLE, body(inbound, now, unload)));
    }

    /** The field whose emptiness makes a call empty. */
    private static String asking(Endpoint endpoint) {
        return switch (endpoint) {
            case OLLAMA_CHAT -> "messages";
            case OLLAMA_EMBED -> "input";
            case OLLAMA_GENERATE, OLLAMA_EMBEDDINGS, OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS -> "prompt";
        };
    }

    private static boolean asks(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getStringLength() > 0;
            case START_ARRAY -> parser.nextToken() != JsonToken.END_ARRAY;
            default -> false;
        };
    }

    private static byte[] body(Inbound inbound, Instant now, boolean unload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        try (JsonGenerator json = OllamaJson.generator(out)) {
            json.writeStartObject();
            switch (inbound.endpoint()) {
                case OLLAMA_EMBED -> {
                    json.writeStringProperty("model", Json.wellFormed(inbound.model()));
                    json.writeArrayPropertyStart("embeddings").writeEndArray();
                }
                case OLLAMA_EMBEDDINGS ->
                    json.writeArrayPropertyStart("embedding").writeEndArray();
                case OLLAMA_CHAT, OLLAMA_GENERATE, OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS ->
                    loaded(json, inbound, now, unload);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void loaded(JsonGenerator json, Inbound inbound, Instant now, boolean unload) {
        json.writeStringProperty("model", Json.wellFormed(inbound.model()));
        json.writeStringProperty("created_at", Timestamps.of(now));
        if (inbound.endpoint() == Endpoint.OLLAMA_CHAT) {
            json.writeObjectPropertyStart("message");
            json.writeStringProperty("role", "assistant");
            json.writeStringProperty("content", "");
            json.writeEndObject();
        } else {
            json.writeStringProperty("response", "");
        }
        json.writeBooleanProperty("done", true);
        json.writeStringProperty("done_reason", unload ? "unload" : "load");
    }
}
