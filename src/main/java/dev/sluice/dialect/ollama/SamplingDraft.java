package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Ollama's {@code options} on their way to a {@link Sampling}. Used by one thread. */
final class SamplingDraft {
    private static final long RANDOM_SEED = -1;

    private OptionalDouble temperature = OptionalDouble.empty();
    private OptionalDouble topP = OptionalDouble.empty();
    private OptionalInt topK = OptionalInt.empty();
    private OptionalDouble minP = OptionalDouble.empty();
    private OptionalDouble repeatPenalty = OptionalDouble.empty();
    private OptionalDouble presencePenalty = OptionalDouble.empty();
    private OptionalDouble frequencyPenalty = OptionalDouble.empty();
    private OptionalLong seed = OptionalLong.empty();
    private OptionalLong maxOutput = OptionalLong.empty();
    private OptionalInt topLogprobs = OptionalInt.empty();
    private boolean logprobs;
    private long contextWindow;
    private List<String> stop = List.of();

    /** Takes the object on which the parser stands; what no sampling holds goes into {@code others}. */
    void options(JsonParser parser, byte[] body, Map<String, RawJson> others) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (name.equals("stop") && token == JsonToken.START_ARRAY) {
                stop = texts(parser);
            } else if (!token.isNumeric() || !number(name, parser)) {
                RawJson written = Json.raw(parser, body);
                if (!OllamaOptions.RUNNER_ONLY.contains(name)) {
                    others.put("options." + name, written);
                }
            }
        }
    }

    private boolean number(String name, JsonParser parser) {
        double value = parser.getDoubleValue();
        switch (name) {
            case "temperature" -> temperature = OptionalDouble.of(value);
            case "top_p" -> topP = OptionalDouble.of(value);
            case "top_k" -> topK = OptionalInt.of((int) value);
            case "min_p" -> minP = OptionalDouble.of(value);
            case "repeat_penalty" -> repeatPenalty = OptionalDouble.of(value);
            case "presence_penalty" -> presencePenalty = OptionalDouble.of(value);
            case "frequency_penalty" -> frequencyPenalty = OptionalDouble.of(value);
            case "seed" -> seed = seed(whole(parser));
            case "num_predict" -> maxOutput = (long) value > 0 ? OptionalLong.of((long) value) : OptionalLong.empty();
            case "num_ctx" -> contextWindow = Math.max(0, (long) value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static OptionalLong seed(long asked) {
        return asked == RANDOM_SEED ? OptionalLong.empty() : OptionalLong.of(asked);
    }

    /** Every digit of an integer, which a double would round above 2^53; other spellings and longer ones as near as can be. */
    private static long whole(JsonParser parser) {
        boolean exact = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return exact ? parser.getLongValue() : (long) parser.getDoubleValue();
    }

    private static List<String> texts(JsonParser parser) {
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                texts.add(parser.getString());
            }
            parser.skipChildren();
        }
        return texts;
    }

    void logprobs(boolean wanted) {
        logprobs = wanted;
    }

    void topLogprobs(int most) {
        topLogprobs = most > 0 ? OptionalInt.of(most) : OptionalInt.empty();
    }

    long contextWindow() {
        return contextWindow;
    }

    Sampling sampling() {
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
                logprobs ? topLogprobs : OptionalInt.empty(),
                logprobs,
                true);
    }
}
