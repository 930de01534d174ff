package dev.sluice.dialect.openai;

import dev.sluice.model.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Collects the top-level fields that say how tokens are drawn. Used by one thread. */
final class SamplingFields {
    private OptionalDouble temperature = OptionalDouble.empty();
    private OptionalDouble topP = OptionalDouble.empty();
    private OptionalInt topK = OptionalInt.empty();
    private OptionalDouble minP = OptionalDouble.empty();
    private OptionalDouble repeatPenalty = OptionalDouble.empty();
    private OptionalDouble presencePenalty = OptionalDouble.empty();
    private OptionalDouble frequencyPenalty = OptionalDouble.empty();
    private OptionalLong seed = OptionalLong.empty();
    private List<String> stop = List.of();
    private OptionalLong cap = OptionalLong.empty();
    private OptionalLong completionCap = OptionalLong.empty();
    private OptionalInt topLogprobs = OptionalInt.empty();
    private boolean logprobs;

    /** @return whether the field is one of these; the parser then stands on its value's end */
    boolean take(String name, JsonParser value) {
        switch (name) {
            case "temperature" -> temperature = Values.decimal(value, name);
            case "top_p" -> topP = Values.decimal(value, name);
            case "top_k" -> topK = Values.small(value, name);
            case "min_p" -> minP = Values.decimal(value, name);
            case "repetition_penalty", "repeat_penalty" -> repeatPenalty = Values.decimal(value, name);
            case "presence_penalty" -> presencePenalty = Values.decimal(value, name);
            case "frequency_penalty" -> frequencyPenalty = Values.decimal(value, name);
            case "seed" -> seed = Values.whole(value, name);
            case "stop" -> stop = stops(value);
            case "max_tokens" -> cap = Values.whole(value, name);
            case "max_completion_tokens" -> completionCap = Values.whole(value, name);
            case "top_logprobs" -> topLogprobs = Values.small(value, name);
            case "logprobs" -> logprobs(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A switch for chats, the number of alternatives for plain completions. */
    private void logprobs(JsonParser value) {
        if (value.currentToken().isNumeric()) {
            topLogprobs = Values.small(value, "logprobs");
            logprobs = true;
        } else {
            logprobs = Values.truth(value, "logprobs");
        }
    }

    private static List<String> stops(JsonParser value) {
        if (value.currentToken() != JsonToken.START_ARRAY) {
            String only = Values.text(value, "stop");
            return only.isEmpty() ? List.of() : List.of(only);
        }
        List<String> all = new ArrayList<>(4);
        while (value.nextToken() != JsonToken.END_ARRAY) {
            all.add(Values.text(value, "stop"));
            value.skipChildren();
        }
        return all;
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
                completionCap.isPresent() ? completionCap : cap,
                topLogprobs,
                logprobs,
                false);
    }
}
