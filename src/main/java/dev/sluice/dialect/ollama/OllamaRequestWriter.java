package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Slices;
import dev.sluice.dialect.Target;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import dev.sluice.model.Thinking;
import dev.sluice.model.Tool;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes a request that came in another dialect as Ollama's. Used once, by one thread. */
final class OllamaRequestWriter {
    private static final String EFFORT = "reasoning_effort";

    private final Target target;
    private final Set<String> dropped = new LinkedHashSet<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    OllamaRequestWriter(Target target) {
        this.target = target;
    }

    Outbound chat(ChatRequest request) {
        refuseEffort(request.others());
        try (JsonGenerator json = Json.generator(out)) {
            begin(json);
            new MessageWriter(json, dropped).messages(request.messages());
            tools(request, json);
            thinking(request.thinking() == Thinking.DEFAULT ? target.thinking() : request.thinking(), json);
            if (!request.truncate()) {
                json.writeBooleanProperty("truncate", false);
            }
            tail(json, request.sampling(), request.format(), request.contextWindow(), request.stream());
        }
        choices(request.choices());
        return outbound(Endpoint.OLLAMA_CHAT, request.stream(), request.others());
    }

    /** In the words of Ollama's own OpenAI surface. */
    private static void refuseEffort(Map<String, RawJson> others) {
        if (others.containsKey(EFFORT)) {
            String quoted = others.get(EFFORT).text();
            String word = quoted.substring(1, quoted.length() - 1);
            throw cannot(
                    "invalid reasoning value: '" + word + "' (must be \"high\", \"medium\", \"low\", or \"none\")",
                    EFFORT);
        }
    }

    Outbound completion(CompletionRequest request) {
        String prompt = onlyPrompt(request.prompt());
        try (JsonGenerator json = Json.generator(out)) {
            begin(json);
            json.writeStringProperty("prompt", Json.wellFormed(prompt));
            if (request.suffix().isEmpty()) {
                json.writeBooleanProperty("raw", true);
            } else {
                // In raw mode the server forgets the suffix; without it, the model's own template joins the two.
                json.writeStringProperty("suffix", Json.wellFormed(request.suffix()));
            }
            tail(json, request.sampling(), request.format(), 0, request.stream());
        }
        choices(request.choices());
        if (request.echo()) {
            dropped.add("echo");
        }
        return outbound(Endpoint.OLLAMA_GENERATE, request.stream(), request.others());
    }

    Outbound embed(EmbedRequest request) {
        try (JsonGenerator json = Json.generator(out)) {
            begin(json);
            json.writeArrayPropertyStart("input");
            for (RawJson input : request.inputs()) {
                if (!input.text().startsWith("\"")) {
                    throw cannot("token numbers cannot be embedded by this model, send text instead", "input");
                }
                json.writeRawValue(input.text());
            }
            json.writeEndArray();
            json.writeBooleanProperty("truncate", request.truncate());
            request.dimensions().ifPresent(length -> json.writeNumberProperty("dimensions", length));
            json.writeEndObject();
        }
        return outbound(Endpoint.OLLAMA_EMBED, false, Map.of());
    }

    private void begin(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("model", Json.wellFormed(target.model()));
    }

    private void tail(JsonGenerator json, Sampling sampling, AnswerFormat format, long contextWindow, boolean stream) {
        format(format, json);
        new OptionsWriter(json, target, dropped).options(sampling, contextWindow);
        if (sampling.logprobs()) {
            json.writeBooleanProperty("logprobs", true);
            sampling.topLogprobs().ifPresent(most -> json.writeNumberProperty("top_logprobs", most));
        }
        json.writeBooleanProperty("stream", stream);
        json.writeEndObject();
    }

    /** Ollama knows no choice: without tools in the request none is called, anything stricter cannot be said. */
    private void tools(ChatRequest request, JsonGenerator json) {
        String choice = request.toolChoice().map(RawJson::text).orElse("\"auto\"");
        if (request.tools().isEmpty() || choice.equals("\"none\"")) {
            return;
        }
        if (!choice.equals("\"auto\"") && !choice.equals("null")) {
            dropped.add("tool_choice");
        }
        json.writeArrayPropertyStart("tools");
        for (Tool tool : request.tools()) {
            json.writeRawValue(tool.definition().text());
        }
        json.writeEndArray();
    }

    private void thinking(Thinking thinking, JsonGenerator json) {
        if (thinking == Thinking.DEFAULT) {
            return;
        }
        if (target.profile().thinking() == Profile.ThinkingStyle.NONE) {
            dropped.add("think");
            return;
        }
        switch (thinking) {
            case DEFAULT -> {}
            case OFF -> json.writeBooleanProperty("think", false);
            case ON -> json.writeBooleanProperty("think", true);
            case MINIMAL, LOW -> json.writeStringProperty("think", "low");
            case MEDIUM -> json.writeStringProperty("think", "medium");
            case HIGH, MAX -> json.writeStringProperty("think", "high");
        }
    }

    private static void format(AnswerFormat format, JsonGenerator json) {
        switch (format) {
            case AnswerFormat.Free _ -> {}
            case AnswerFormat.AnyJson _ -> json.writeStringProperty("format", "json");
            case AnswerFormat.Schema schema ->
                json.writeName("format").writeRawValue(schema.schema().text());
        }
    }

    private void choices(int wanted) {
        if (wanted > 1) {
            dropped.add("n");
        }
    }

    /** The prompt's text, also where it is the only one in a list. */
    private static String onlyPrompt(RawJson prompt) {
        byte[] json = prompt.text().getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = Json.parser(json)) {
            JsonToken token = parser.nextToken();
            boolean list = token == JsonToken.START_ARRAY;
            if (list) {
                token = parser.nextToken();
            }
            if (token != JsonToken.VALUE_STRING) {
                throw cannot("the prompt must be text for this model", "prompt");
            }
            String text = parser.getString();
            if (list && parser.nextToken() != JsonToken.END_ARRAY) {
                throw cannot("this model takes one prompt at a time", "prompt");
            }
            return text;
        }
    }

    static GatewayException cannot(String words, String param) {
        return new GatewayException(new Failure.BadRequest(400, words, param, ""));
    }

    private Outbound outbound(Endpoint endpoint, boolean stream, Map<String, RawJson> others) {
        dropped.addAll(others.keySet());
        return new Outbound(endpoint.path(), Slices.of(out.toByteArray()), stream, List.copyOf(dropped));
    }
}
