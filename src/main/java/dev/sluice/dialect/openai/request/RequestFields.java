package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Slices;
import dev.sluice.dialect.Target;
import dev.sluice.model.Operation;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/**
 * A request being written for one provider: fields that it cannot be told are left out and noted. For one use.
 */
final class RequestFields {
    private static final double LEAST_TOP_P = 1e-6;
    private static final int MOST_LOGPROBS = 20;

    private final Target target;
    private final Operation operation;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private final JsonGenerator json = Json.generator(out);
    private final Set<String> dropped = new LinkedHashSet<>();

    RequestFields(Target target, Operation operation) {
        this.target = target;
        this.operation = operation;
        json.writeStartObject();
        json.writeStringProperty("model", target.model());
    }

    JsonGenerator json() {
        return json;
    }

    Profile profile() {
        return target.profile();
    }

    void drop(String name) {
        dropped.add(name);
    }

    /** Whether a field may be written; one that may not is noted. */
    boolean carries(String name) {
        if (!profile().dropped().contains(name)) {
            return true;
        }
        drop(name);
        return false;
    }

    void raw(String name, String value) {
        if (carries(name)) {
            json.writeName(name);
            json.writeRawValue(value);
        }
    }

    private void number(String name, OptionalDouble value, double least, double most) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble()) && carries(name)) {
            json.writeNumberProperty(name, Math.clamp(value.getAsDouble(), least, most));
        }
    }

    void stream(boolean stream) {
        json.writeBooleanProperty("stream", stream);
        if (stream) {
            raw("stream_options", "{\"include_usage\":true}");
        }
    }

    void choices(int choices) {
        if (choices > 1) {
            raw("n", Integer.toString(choices));
        }
    }

    void sampling(Sampling asked) {
        Sampling sampling = asked.asAtOllama() && profile().ollamaDefaults() ? asked.atOllama() : asked;
        number("temperature", sampling.temperature(), 0, 2);
        number("top_p", sampling.topP(), LEAST_TOP_P, 1);
        number("presence_penalty", sampling.presencePenalty(), -2, 2);
        number("frequency_penalty", sampling.frequencyPenalty(), -2, 2);
        // A negative seed is Ollama's way to say: any.
        if (sampling.seed().isPresent() && sampling.seed().getAsLong() >= 0) {
            raw("seed", Long.toString(sampling.seed().getAsLong()));
        }
        if (!sampling.stop().isEmpty() && carries("stop")) {
            json.writeArrayPropertyStart("stop");
            sampling.stop().forEach(json::writeString);
            json.writeEndArray();
        }
        extended(sampling);
        logprobs(sampling);
    }

    private void extended(Sampling sampling) {
        if (profile().extendedSampling()) {
            sampling.topK().ifPresent(value -> raw("top_k", Integer.toString(value)));
            number("min_p", sampling.minP(), 0, 1);
            number("repetition_penalty", sampling.repeatPenalty(), LEAST_TOP_P, Double.MAX_VALUE);
            return;
        }
        sampling.topK().ifPresent(_ -> drop("top_k"));
        sampling.minP().ifPresent(_ -> drop("min_p"));
        sampling.repeatPenalty().ifPresent(_ -> drop("repetition_penalty"));
    }

    private void logprobs(Sampling sampling) {
        if (!sampling.logprobs()) {
            return;
        }
        int most = Math.clamp(sampling.topLogprobs().orElse(0), 0, MOST_LOGPROBS);
        if (operation == Operation.COMPLETION) {
            raw("logprobs", Integer.toString(most));
            return;
        }
        raw("logprobs", "true");
        if (most > 0) {
            raw("top_logprobs", Integer.toString(most));
        }
    }

    /** @param otherwise the limit where the client set none; empty leaves it to the provider */
    void cap(OptionalLong asked, OptionalLong otherwise) {
        boolean own = asked.isPresent() && asked.getAsLong() > 0;
        long wanted = own ? asked.getAsLong() : otherwise.orElse(Long.MAX_VALUE);
        long most = Math.min(wanted, target.outputCap().orElse(Long.MAX_VALUE));
        // As much as the whole window can hold is refused by some; unsaid it means the same.
        boolean unlimited = target.contextLimit() > 0 && most >= target.contextLimit();
        if (most == Long.MAX_VALUE || unlimited) {
            return;
        }
        boolean completion = profile().completionCap() && operation == Operation.CHAT;
        raw(completion ? "max_completion_tokens" : "max_tokens", Long.toString(most));
    }

    void others(Map<String, RawJson> others) {
        others.forEach((name, value) -> {
            boolean known = KnownFields.isStandard(operation, name)
                    || (profile().openFields() && KnownFields.isOfThisDialect(operation, name));
            if (known) {
                raw(name, value.text());
            } else {
                drop(name);
            }
        });
    }

    Outbound outbound(boolean stream) {
        json.writeEndObject();
        json.close();
        String path = RequestSplice.path(operation, profile());
        return new Outbound(path, Slices.of(out.toByteArray()), stream, List.copyOf(dropped));
    }
}
