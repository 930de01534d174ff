package dev.sluice.model;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How tokens are drawn. What is empty was not asked for and is left to the provider.
 *
 * @param asAtOllama whether the client speaks to what it takes for an Ollama, which draws by {@link #atOllama} where
 *     nothing is said
 */
public record Sampling(
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble minP,
        OptionalDouble repeatPenalty,
        OptionalDouble presencePenalty,
        OptionalDouble frequencyPenalty,
        OptionalLong seed,
        List<String> stop,
        OptionalLong maxOutput,
        OptionalInt topLogprobs,
        boolean logprobs,
        boolean asAtOllama) {

    public static final Sampling DEFAULT = new Sampling(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            List.of(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            false,
            false);

    private static final OptionalDouble OLLAMA_TEMPERATURE = OptionalDouble.of(0.8);
    private static final OptionalInt OLLAMA_TOP_K = OptionalInt.of(40);
    private static final OptionalDouble OLLAMA_TOP_P = OptionalDouble.of(0.9);

    public Sampling {
        stop = List.copyOf(stop);
    }

    /**
     * The same with Ollama's own defaults where nothing is said. Its repeat penalty of 1.1 is not among them: it looks
     * back over 64 tokens only, the field of that name elsewhere over the whole prompt, which spoils JSON.
     */
    public Sampling atOllama() {
        return new Sampling(
                temperature.isPresent() ? temperature : OLLAMA_TEMPERATURE,
                topP.isPresent() ? topP : OLLAMA_TOP_P,
                topK.isPresent() ? topK : OLLAMA_TOP_K,
                minP,
                repeatPenalty,
                presencePenalty,
                frequencyPenalty,
                seed,
                stop,
                maxOutput,
                topLogprobs,
                logprobs,
                asAtOllama);
    }
}
