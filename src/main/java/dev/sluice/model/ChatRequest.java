package dev.sluice.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A conversation to be continued, free of any wire form.
 *
 * @param model the name the client asked for
 * @param toolChoice as OpenAI writes it ({@code "auto"}, {@code "none"}, {@code {"type":"function",...}}), or empty
 * @param choices how many answers (OpenAI's n), at least 1
 * @param contextWindow the most tokens of prompt that the client wants kept (Ollama's num_ctx); 0 where it said nothing
 * @param truncate whether the oldest turns may be dropped when the prompt is too long
 * @param others top-level fields that this record does not know, as written, in order: forwarded to a provider of an
 *     open kind in the same dialect family, named as dropped otherwise
 */
public record ChatRequest(
        String model,
        List<Message> messages,
        boolean stream,
        Sampling sampling,
        AnswerFormat format,
        List<Tool> tools,
        Optional<RawJson> toolChoice,
        Thinking thinking,
        int choices,
        long contextWindow,
        boolean truncate,
        Map<String, RawJson> others) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /** The same call with other turns. */
    public ChatRequest withMessages(List<Message> other) {
        return new ChatRequest(
                model,
                other,
                stream,
                sampling,
                format,
                tools,
                toolChoice,
                thinking,
                choices,
                contextWindow,
                truncate,
                others);
    }
}
