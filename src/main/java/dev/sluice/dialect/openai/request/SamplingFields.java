package dev.sluice.dialect.openai.request;

import dev.sluice.model.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Collects the top-level fields that say how tokens are drawn. Used by one thread. */
final class SamplingFields {
    private final Sampling.Builder sampling = new Sampling.Builder();
    private OptionalLong cap = OptionalLong.empty();
    private OptionalLong completionCap = OptionalLong.empty();
    private OptionalLong llamaCap = OptionalLong.empty();

    /** @return whether the field is one of these; the parser then stands on its value's end */
    boolean take(String name, JsonParser value) {
        switch (name) {
            case "temperature" -> sampling.temperature(Values.decimal(value, name));
            case "top_p" -> sampling.topP(Values.decimal(value, name));
            case "top_k" -> sampling.topK(Values.small(value, name));
            case "min_p" -> sampling.minP(Values.decimal(value, name));
            case "repetition_penalty", "repeat_penalty" -> sampling.repeatPenalty(Values.decimal(value, name));
            case "presence_penalty" -> sampling.presencePenalty(Values.decimal(value, name));
            case "frequency_penalty" -> sampling.frequencyPenalty(Values.decimal(value, name));
            case "seed" -> sampling.seed(Values.whole(value, name));
            case "stop" -> sampling.stop(stops(value));
            case "max_tokens" -> cap = Values.whole(value, name);
            case "max_completion_tokens" -> completionCap = Values.whole(value, name);
            case RequestScan.LLAMA_CAP -> llamaCap = Values.whole(value, name);
            case "top_logprobs" -> sampling.topLogprobs(Values.small(value, name));
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
            sampling.topLogprobs(Values.small(value, "logprobs"));
            sampling.logprobs(true);
        } else {
            sampling.logprobs(Values.truth(value, "logprobs"));
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
        OptionalLong others = completionCap.isPresent() ? completionCap : cap;
        return sampling.maxOutput(llamaCap.orElse(0) >= 1 ? llamaCap : others).build();
    }
}
