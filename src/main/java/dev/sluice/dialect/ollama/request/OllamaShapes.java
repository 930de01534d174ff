package dev.sluice.dialect.ollama.request;

import static java.util.Map.entry;

import dev.sluice.dialect.ollama.request.GoType.Scalar;
import dev.sluice.dialect.ollama.request.GoType.Special;
import dev.sluice.model.Endpoint;
import java.util.Map;

/** The forms of Ollama's requests, as its server (0.17.4) declares them. */
public final class OllamaShapes {
    public static final GoType ANY = new GoType.Any();
    static final GoType.Sequence STRINGS = new GoType.Sequence("[]string", Scalar.STRING);

    private static final GoType OPTIONS = new GoType.Keyed("map[string]interface {}", ANY);
    private static final GoType IMAGES = new GoType.Sequence("[]api.ImageData", new GoType.Bytes("api.ImageData"));

    private static final GoType TOOL_CALLS = new GoType.Sequence(
            "[]api.ToolCall",
            new GoType.Struct(
                    "api.ToolCall",
                    Map.of(
                            "id",
                            Scalar.STRING,
                            "function",
                            new GoType.Struct(
                                    "api.ToolCallFunction",
                                    Map.of(
                                            "index", Scalar.INT,
                                            "name", Scalar.STRING,
                                            "arguments", new GoType.Ordered(ANY))))));

    private static final GoType MESSAGES = new GoType.Sequence(
            "[]api.Message",
            new GoType.Sealed(new GoType.Struct(
                    "api.Alias",
                    Map.of(
                            "role", Scalar.STRING,
                            "content", Scalar.STRING,
                            "thinking", Scalar.STRING,
                            "images", IMAGES,
                            "tool_calls", TOOL_CALLS,
                            "tool_name", Scalar.STRING,
                            "tool_call_id", Scalar.STRING))));

    private static final GoType TOOL_PROPERTY = new GoType.Struct(
            "api.ToolProperty", Map.of("type", Special.STRING_OR_STRINGS, "description", Scalar.STRING));

    private static final GoType TOOLS = new GoType.Sequence(
            "api.Tools",
            new GoType.Struct(
                    "api.Tool",
                    Map.of(
                            "type",
                            Scalar.STRING,
                            "function",
                            new GoType.Struct(
                                    "api.ToolFunction",
                                    Map.of(
                                            "name",
                                            Scalar.STRING,
                                            "description",
                                            Scalar.STRING,
                                            "parameters",
                                            new GoType.Struct(
                                                    "api.ToolFunctionParameters",
                                                    Map.of(
                                                            "type",
                                                            Scalar.STRING,
                                                            "required",
                                                            STRINGS,
                                                            "properties",
                                                            new GoType.Sealed(new GoType.Ordered(TOOL_PROPERTY)))))))));

    private static final GoType.Struct GENERATE = new GoType.Struct(
            "api.GenerateRequest",
            Map.ofEntries(
                    entry("model", Scalar.STRING),
                    entry("prompt", Scalar.STRING),
                    entry("suffix", Scalar.STRING),
                    entry("system", Scalar.STRING),
                    entry("template", Scalar.STRING),
                    entry("context", new GoType.Sequence("[]int", Scalar.INT)),
                    entry("stream", Scalar.BOOL),
                    entry("raw", Scalar.BOOL),
                    entry("keep_alive", Special.DURATION),
                    entry("images", IMAGES),
                    entry("options", OPTIONS),
                    entry("think", Special.THINK),
                    entry("truncate", Scalar.BOOL),
                    entry("shift", Scalar.BOOL),
                    entry("_debug_render_only", Scalar.BOOL),
                    entry("logprobs", Scalar.BOOL),
                    entry("top_logprobs", Scalar.INT),
                    entry("width", Scalar.INT32),
                    entry("height", Scalar.INT32),
                    entry("steps", Scalar.INT32)));

    private static final GoType.Struct CHAT = new GoType.Struct(
            "api.ChatRequest",
            Map.ofEntries(
                    entry("model", Scalar.STRING),
                    entry("messages", MESSAGES),
                    entry("stream", Scalar.BOOL),
                    entry("keep_alive", Special.DURATION),
                    entry("tools", TOOLS),
                    entry("options", OPTIONS),
                    entry("think", Special.THINK),
                    entry("truncate", Scalar.BOOL),
                    entry("shift", Scalar.BOOL),
                    entry("_debug_render_only", Scalar.BOOL),
                    entry("logprobs", Scalar.BOOL),
                    entry("top_logprobs", Scalar.INT)));

    private static final GoType.Struct EMBED = new GoType.Struct(
            "api.EmbedRequest",
            Map.of(
                    "model", Scalar.STRING,
                    "keep_alive", Special.DURATION,
                    "truncate", Scalar.BOOL,
                    "dimensions", Scalar.INT,
                    "options", OPTIONS));

    private static final GoType.Struct EMBEDDINGS = new GoType.Struct(
            "api.EmbeddingRequest",
            Map.of(
                    "model", Scalar.STRING,
                    "prompt", Scalar.STRING,
                    "keep_alive", Special.DURATION,
                    "options", OPTIONS));

    private OllamaShapes() {}

    static GoType.Struct of(Endpoint endpoint) {
        return switch (endpoint) {
            case OLLAMA_CHAT -> CHAT;
            case OLLAMA_GENERATE -> GENERATE;
            case OLLAMA_EMBED -> EMBED;
            case OLLAMA_EMBEDDINGS -> EMBEDDINGS;
            case OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS ->
                throw new IllegalArgumentException(endpoint + " is not one of Ollama's");
        };
    }

    /** Whether its server reads a member of this name at all: it ignores others, whatever they hold. */
    static boolean knows(Endpoint endpoint, String name) {
        return of(endpoint).members().containsKey(name)
                || switch (endpoint) {
                    case OLLAMA_CHAT, OLLAMA_GENERATE -> name.equals("format");
                    case OLLAMA_EMBED -> name.equals("input");
                    case OLLAMA_EMBEDDINGS, OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_EMBEDDINGS -> false;
                };
    }
}
