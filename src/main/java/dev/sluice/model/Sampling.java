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

    public static final Sampling DEFAULT = new Builder().build();

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
        return new Builder(this)
                .temperature(temperature.isPresent() ? temperature : OLLAMA_TEMPERATURE)
                .topP(topP.isPresent() ? topP : OLLAMA_TOP_P)
                .topK(topK.isPresent() ? topK : OLLAMA_TOP_K)
                .build();
    }

    /** Collects a sampling field by field; what is said twice holds as said last. Used by one thread. */
    public static final class Builder {
        private OptionalDouble temperature = OptionalDouble.empty();
        private OptionalDouble topP = OptionalDouble.empty();
        private OptionalInt topK = OptionalInt.empty();
        private OptionalDouble minP = OptionalDouble.empty();
        private OptionalDouble repeatPenalty = OptionalDouble.empty();
        private OptionalDouble presencePenalty = OptionalDouble.empty();
        private OptionalDouble frequencyPenalty = OptionalDouble.empty();
        private OptionalLong seed = OptionalLong.empty();
        private List<String> stop = List.of();
        private OptionalLong maxOutput = OptionalLong.empty();
        private OptionalInt topLogprobs = OptionalInt.empty();
        private boolean logprobs;
        private boolean asAtOllama;

        public Builder() {}

        /** Begins with what {@code before} says. */
        public Builder(Sampling before) {
            temperature = before.temperature;
            topP = before.topP;
            topK = before.topK;
            minP = before.minP;
            repeatPenalty = before.repeatPenalty;
            presencePenalty = before.presencePenalty;
            frequencyPenalty = before.frequencyPenalty;
            seed = before.seed;
            stop = before.stop;
            maxOutput = before.maxOutput;
            topLogprobs = before.topLogprobs;
            logprobs = before.logprobs;
            asAtOllama = before.asAtOllama;
        }

        public Builder temperature(OptionalDouble value) {
            temperature = value;
            return this;
        }

        public Builder topP(OptionalDouble value) {
            topP = value;
            return this;
        }

        public Builder topK(OptionalInt value) {
            topK = value;
            return this;
        }

        public Builder minP(OptionalDouble value) {
            minP = value;
            return this;
        }

        public Builder repeatPenalty(OptionalDouble value) {
            repeatPenalty = value;
            return this;
        }

        public Builder presencePenalty(OptionalDouble value) {
            presencePenalty = value;
            return this;
        }

        public Builder frequencyPenalty(OptionalDouble value) {
            frequencyPenalty = value;
            return this;
        }

        public Builder seed(OptionalLong value) {
            seed = value;
            return this;
        }

        public Builder stop(List<String> value) {
            stop = value;
            return this;
        }

        public Builder maxOutput(OptionalLong value) {
            maxOutput = value;
            return this;
        }

        public Builder topLogprobs(OptionalInt value) {
            topLogprobs = value;
            return this;
        }

        public Builder logprobs(boolean value) {
            logprobs = value;
            return this;
        }

        public Builder asAtOllama(boolean value) {
            asAtOllama = value;
            return this;
        }

        public Sampling build() {
            return new Sampling(
                    temperature,
                    topP,
                    topK,
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
}
