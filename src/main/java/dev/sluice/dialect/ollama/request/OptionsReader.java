package dev.sluice.dialect.ollama.request;

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

/** Reads what a request says about sampling: Ollama's {@code options}, and logprobs beside them. Used by one thread. */
final class OptionsReader {
    private static final long RANDOM_SEED = -1;

    private final Sampling.Builder sampling = new Sampling.Builder().asAtOllama(true);
    private OptionalInt topLogprobs = OptionalInt.empty();
    private boolean logprobs;
    private long contextWindow;

    /** Takes the object on which the parser stands; what no sampling holds goes into {@code others}. */
    void options(JsonParser parser, byte[] body, Map<String, RawJson> others) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (name.equals("stop") && token == JsonToken.START_ARRAY) {
                sampling.stop(texts(parser));
            } else if (!token.isNumeric() || !number(name, parser)) {
                RawJson written = Json.raw(parser, body);
                if (!OllamaOptions.RUNNER_ONLY.contains(name)) {
                    others.put("options." + name, written);
                }
            }
        }
    }

    private boolean number(String name, JsonParser parser) {
        OptionalDouble value = OptionalDouble.of(parser.getDoubleValue());
        switch (name) {
            case "temperature" -> sampling.temperature(value);
            case "top_p" -> sampling.topP(value);
            case "top_k" -> sampling.topK(OptionalInt.of((int) parser.getDoubleValue()));
            case "min_p" -> sampling.minP(value);
            case "repeat_penalty" -> sampling.repeatPenalty(value);
            case "presence_penalty" -> sampling.presencePenalty(value);
            case "frequency_penalty" -> sampling.frequencyPenalty(value);
            case "seed" -> sampling.seed(seed(whole(parser)));
            case "num_predict" -> sampling.maxOutput(positive(whole(parser)));
            case "num_ctx" -> contextWindow = Math.max(0, whole(parser));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static OptionalLong seed(long asked) {
        return asked == RANDOM_SEED ? OptionalLong.empty() : OptionalLong.of(asked);
    }

    private static OptionalLong positive(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
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
        return sampling.logprobs(logprobs)
                .topLogprobs(logprobs ? topLogprobs : OptionalInt.empty())
                .build();
    }
}
