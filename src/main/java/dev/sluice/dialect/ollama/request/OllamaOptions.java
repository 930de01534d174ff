package dev.sluice.dialect.ollama.request;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The members of {@code options} that Ollama knows, and what it says about one of the wrong type. */
final class OllamaOptions {
    /** How the server shall run the model, not what it shall answer: of no meaning elsewhere, and nothing is lost. */
    static final Set<String> RUNNER_ONLY = Set.of(
            "num_gpu",
            "main_gpu",
            "num_thread",
            "num_batch",
            "use_mmap",
            "use_mlock",
            "low_vram",
            "f16_kv",
            "numa",
            "vocab_only",
            "use_imagegen_runner");

    private static final Map<String, String> TYPES = types();

    private OllamaOptions() {}

    private static Map<String, String> types() {
        Map<String, String> types = new HashMap<>();
        for (String name : Set.of(
                "num_keep",
                "seed",
                "num_predict",
                "top_k",
                "repeat_last_n",
                "num_ctx",
                "num_batch",
                "num_gpu",
                "main_gpu",
                "num_thread")) {
            types.put(name, "integer");
        }
        for (String name : Set.of(
                "top_p",
                "min_p",
                "typical_p",
                "temperature",
                "repeat_penalty",
                "presence_penalty",
                "frequency_penalty")) {
            types.put(name, "float32");
        }
        types.put("use_mmap", "boolean");
        types.put("stop", "array");
        return Map.copyOf(types);
    }

    /**
     * What Ollama says against the value on which the parser stands; the parser then stands on its last token.
     *
     * @param rest reads what stands in a value that nobody looks into here
     */
    static Optional<String> mistake(String name, JsonParser parser, Runnable rest) {
        JsonToken token = parser.currentToken();
        boolean fits = switch (TYPES.getOrDefault(name, "")) {
            case "integer", "float32" -> token.isNumeric();
            case "boolean" -> token.isBoolean();
            case "array" -> token == JsonToken.START_ARRAY;
            default -> true;
        };
        if (!fits && token != JsonToken.VALUE_NULL) {
            rest.run();
            return Optional.of("option \"" + name + "\" must be of type " + TYPES.get(name));
        }
        if (name.equals("stop") && token == JsonToken.START_ARRAY) {
            return stopMistake(parser, rest);
        }
        rest.run();
        return Optional.empty();
    }

    private static Optional<String> stopMistake(JsonParser parser, Runnable rest) {
        boolean allTexts = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            allTexts &= parser.currentToken() == JsonToken.VALUE_STRING;
            rest.run();
        }
        return allTexts ? Optional.empty() : Optional.of("option \"stop\" must be of an array of strings");
    }
}
