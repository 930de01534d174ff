package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.model.Timings;
import dev.sluice.model.Usage;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * The numbers at the end of an answer. Ollama leaves zeros out and some clients fail without them, so that each is at
 * least 1.
 */
record Metrics(
        long totalNanos, long loadNanos, long promptNanos, long evalNanos, long promptTokens, long outputTokens) {

    /** @param measured what the provider itself measured, which goes before what we can see from outside */
    static Metrics of(AnswerClock clock, Usage usage, Optional<Timings> measured) {
        long total = Math.max(1, clock.sinceArrival());
        long sent = Math.clamp(clock.untilSent(), 0, total);
        long first = Math.clamp(clock.untilFirstContent(), sent, total);
        long load = Math.max(1, sent);
        long prompt = Math.max(1, measured.map(Timings::promptNanos).orElse(first - sent));
        long eval = Math.max(1, measured.map(Timings::outputNanos).orElse(total - first));
        return new Metrics(
                Math.max(total, load + prompt + eval),
                load,
                prompt,
                eval,
                Math.max(1, usage.input()),
                Math.max(1, usage.output()));
    }

    void write(JsonGenerator json) {
        json.writeNumberProperty("total_duration", totalNanos);
        json.writeNumberProperty("load_duration", loadNanos);
        json.writeNumberProperty("prompt_eval_count", promptTokens);
        json.writeNumberProperty("prompt_eval_duration", promptNanos);
        json.writeNumberProperty("eval_count", outputTokens);
        json.writeNumberProperty("eval_duration", evalNanos);
    }
}
