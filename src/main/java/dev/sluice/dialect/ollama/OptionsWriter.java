package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.ollama.request.GoNumber;
import dev.sluice.model.Sampling;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Writes a sampling as Ollama's {@code options}. Used once, by one thread. */
final class OptionsWriter {
    /** Clients of other dialects rely on it, while Ollama's own defaults are 0.8 and 0.9. */
    private static final double OPENAI_DEFAULT = 1;

    private final JsonGenerator json;
    private final Target target;
    private final Set<String> dropped;

    OptionsWriter(JsonGenerator json, Target target, Set<String> dropped) {
        this.json = json;
        this.target = target;
        this.dropped = dropped;
    }

    void options(Sampling sampling, long contextWindow) {
        json.writeObjectPropertyStart("options");
        number("temperature", OptionalDouble.of(sampling.temperature().orElse(OPENAI_DEFAULT)));
        number("top_p", OptionalDouble.of(sampling.topP().orElse(OPENAI_DEFAULT)));
        if (sampling.topK().isPresent()) {
            whole("top_k", OptionalLong.of(sampling.topK().getAsInt()));
        }
        number("min_p", sampling.minP());
        number("repeat_penalty", sampling.repeatPenalty());
        number("presence_penalty", sampling.presencePenalty());
        number("frequency_penalty", sampling.frequencyPenalty());
        whole("seed", sampling.seed());
        whole("num_predict", cap(sampling.maxOutput()));
        if (!sampling.stop().isEmpty() && allowed("stop")) {
            json.writeArrayPropertyStart("stop");
            sampling.stop().forEach(text -> json.writeString(Json.wellFormed(text)));
            json.writeEndArray();
        }
        if (contextWindow > 0) {
            json.writeNumberProperty("num_ctx", contextWindow);
        }
        json.writeEndObject();
    }

    /** Ollama takes nothing for no limit. */
    private OptionalLong cap(OptionalLong asked) {
        if (target.outputCap().isEmpty()) {
            return asked.isPresent() ? OptionalLong.of(Math.max(1, asked.getAsLong())) : asked;
        }
        long cap = target.outputCap().getAsLong();
        return OptionalLong.of(Math.max(1, Math.min(asked.orElse(cap), cap)));
    }

    private void number(String name, OptionalDouble value) {
        if (value.isPresent() && allowed(name)) {
            json.writeName(name).writeNumber(GoNumber.of(value.getAsDouble()));
        }
    }

    private void whole(String name, OptionalLong value) {
        if (value.isPresent() && allowed(name)) {
            json.writeNumberProperty(name, value.getAsLong());
        }
    }

    private boolean allowed(String name) {
        boolean refused = target.profile().dropped().contains(name);
        if (refused) {
            dropped.add(name);
        }
        return !refused;
    }
}
