package dev.sluice.dialect.openai.request;

import dev.sluice.model.Operation;
import java.util.Set;

/** Request fields by their names. */
final class KnownFields {
    private static final Set<String> CHAT = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "max_completion_tokens",
            "max_tokens",
            "temperature",
            "top_p",
            "n",
            "stop",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "response_format",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "functions",
            "function_call",
            "reasoning_effort",
            "verbosity",
            "modalities",
            "audio",
            "prediction",
            "web_search_options",
            "store",
            "metadata",
            "moderation",
            "service_tier",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options");
    private static final Set<String> COMPLETION = Set.of(
            "model",
            "prompt",
            "suffix",
            "stream",
            "stream_options",
            "max_tokens",
            "temperature",
            "top_p",
            "n",
            "best_of",
            "echo",
            "stop",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "user");
    private static final Set<String> EMBEDDING = Set.of("model", "input", "encoding_format", "dimensions", "user");

    /** Fields that only some servers know but that are theirs beyond doubt, wherever a request came from. */
    private static final Set<String> EXTENSIONS = Set.of(
            "structured_outputs",
            "thinking_token_budget",
            "min_tokens",
            "stop_token_ids",
            "ignore_eos",
            "priority",
            "cache_salt",
            "session_id",
            "continue_final_message",
            "add_generation_prompt",
            "provider",
            "models",
            "route",
            "transforms",
            "plugins",
            "user_id",
            "best_of",
            "top_a",
            "repetition_penalty");

    private KnownFields() {}

    /** Whether OpenAI itself knows the field. */
    static boolean isStandard(Operation operation, String name) {
        return switch (operation) {
            case CHAT -> CHAT.contains(name);
            case COMPLETION -> COMPLETION.contains(name);
            case EMBEDDING -> EMBEDDING.contains(name);
        };
    }

    /** Whether some OpenAI-style server knows the field. */
    static boolean isOfThisDialect(Operation operation, String name) {
        return isStandard(operation, name) || EXTENSIONS.contains(name);
    }
}
