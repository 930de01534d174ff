package dev.sluice.dialect.ollama.request;

import dev.sluice.dialect.Front.Asked;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Thinking;
import dev.sluice.model.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a request whole. Its types have been checked by {@link OllamaRequestScan}. Used once, by one thread. */
public final class OllamaRequestReader {
    private static final RawJson EMPTY_TEXT = new RawJson("\"\"");

    private final Inbound inbound;
    private final JsonParser parser;
    private final MessageReader turns;
    private final OptionsReader sampling = new OptionsReader();
    private final Map<String, RawJson> others = new LinkedHashMap<>();
    private final List<RawJson> inputs = new ArrayList<>();
    private List<Message> messages = List.of();
    private List<Message.Part.Image> images = List.of();
    private List<Tool> tools = List.of();
    private AnswerFormat format = new AnswerFormat.Free();
    private Thinking thinking = Thinking.DEFAULT;
    private RawJson prompt = EMPTY_TEXT;
    private String promptText = "";
    private String system = "";
    private String suffix = "";
    private OptionalInt dimensions = OptionalInt.empty();
    private boolean raw;
    private boolean truncate = true;

    private OllamaRequestReader(Inbound inbound, JsonParser parser) {
        this.inbound = inbound;
        this.parser = parser;
        this.turns = new MessageReader(parser, inbound.body());
    }

    /**
     * The whole request, read as Ollama reads it: the same mistakes are forgiven, and the same refused in the same words.
     *
     * @throws dev.sluice.model.GatewayException where it is refused
     */
    public static Asked understand(Inbound inbound) {
        try (JsonParser parser = Json.parser(inbound.body())) {
            OllamaRequestReader reader = new OllamaRequestReader(inbound, parser);
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                reader.members();
            }
            return reader.asked();
        }
    }

    private void members() {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = GoDecoder.fieldName(parser);
            boolean known = OllamaShapes.knows(inbound.endpoint(), name);
            if (known && name.equals("images")) {
                images = turns.images();
                continue;
            }
            JsonToken token = parser.nextToken();
            if (known && token != JsonToken.VALUE_NULL) {
                member(name, token);
            }
            parser.skipChildren();
        }
    }

    private void member(String name, JsonToken token) {
        switch (name) {
            case "messages" -> messages = turns.messages();
            case "tools" -> tools = turns.tools();
            case "options" -> sampling.options(parser, inbound.body(), others);
            case "prompt" -> {
                promptText = parser.getString();
                prompt = Json.raw(parser, inbound.body());
            }
            case "suffix" -> suffix = parser.getString();
            case "system" -> system = parser.getString();
            case "raw" -> raw = token == JsonToken.VALUE_TRUE;
            case "think" -> thinking = thinking(token);
            case "format" -> format = format(token);
            case "truncate" -> truncate = token == JsonToken.VALUE_TRUE;
            case "logprobs" -> sampling.logprobs(token == JsonToken.VALUE_TRUE);
            case "top_logprobs" -> sampling.topLogprobs((int) parser.getDoubleValue());
            case "dimensions" -> dimensions = dimensions();
            case "input" -> inputs(token);
            case "template", "context", "shift", "_debug_render_only", "width", "height", "steps" -> other(name);
            default -> {}
        }
    }

    private void other(String name) {
        RawJson written = Json.raw(parser, inbound.body());
        if (!written.equals(EMPTY_TEXT)) {
            others.put(name, written);
        }
    }

    private Thinking thinking(JsonToken token) {
        if (token != JsonToken.VALUE_STRING) {
            return token == JsonToken.VALUE_TRUE ? Thinking.ON : Thinking.OFF;
        }
        return switch (parser.getString()) {
            case "low" -> Thinking.LOW;
            case "medium" -> Thinking.MEDIUM;
            default -> Thinking.HIGH;
        };
    }

    private AnswerFormat format(JsonToken token) {
        if (token == JsonToken.START_OBJECT) {
            return new AnswerFormat.Schema("", Json.raw(parser, inbound.body()), true);
        }
        boolean json = token == JsonToken.VALUE_STRING && parser.getString().equals("json");
        return json ? new AnswerFormat.AnyJson() : new AnswerFormat.Free();
    }

    private OptionalInt dimensions() {
        int asked = (int) parser.getDoubleValue();
        return asked > 0 ? OptionalInt.of(asked) : OptionalInt.empty();
    }

    private void inputs(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            input();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            input();
        }
    }

    private void input() {
        inputs.add(Json.raw(parser, inbound.body()));
    }

    private Asked asked() {
        return switch (inbound.endpoint()) {
            case OLLAMA_GENERATE -> raw || !suffix.isEmpty() ? completion() : generate();
            case OLLAMA_EMBED -> embed(inputs, dimensions, truncate, true);
            case OLLAMA_EMBEDDINGS -> embed(List.of(prompt), OptionalInt.empty(), true, false);
            case OLLAMA_CHAT, OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS -> chat(messages);
        };
    }

    private Asked embed(List<RawJson> texts, OptionalInt length, boolean cut, boolean normalise) {
        return new Asked.Embed(new EmbedRequest(inbound.model(), texts, length, cut, normalise));
    }

    private Asked generate() {
        List<Message> turns = new ArrayList<>(2);
        if (!system.isEmpty()) {
            turns.add(Message.of("system", system));
        }
        List<Message.Part> parts = new ArrayList<>(1 + images.size());
        parts.add(new Message.Part.Text(promptText));
        parts.addAll(images);
        turns.add(new Message("user", parts, "", List.of(), Optional.empty(), Optional.empty()));
        return chat(turns);
    }

    private Asked chat(List<Message> turns) {
        return new Asked.Chat(new ChatRequest(
                inbound.model(),
                turns,
                inbound.stream(),
                sampling.sampling(),
                format,
                tools,
                Optional.empty(),
                thinking,
                1,
                sampling.contextWindow(),
                truncate,
                others));
    }

    private Asked completion() {
        if (!system.isEmpty()) {
            others.put("system", EMPTY_TEXT);
        }
        if (!images.isEmpty()) {
            others.put("images", new RawJson("[]"));
        }
        return new Asked.Completion(new CompletionRequest(
                inbound.model(), prompt, suffix, inbound.stream(), sampling.sampling(), format, 1, false, others));
    }
}
