package dev.sluice.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bare text to be continued, without roles or template.
 *
 * @param prompt the prompt as JSON: a string, or (OpenAI) an array of strings or tokens
 * @param suffix the text after the gap to be filled; "" where nothing is to be filled
 * @param others as in {@link ChatRequest}
 */
public record CompletionRequest(
        String model,
        RawJson prompt,
        String suffix,
        boolean stream,
        Sampling sampling,
        AnswerFormat format,
        int choices,
        boolean echo,
        Map<String, RawJson> others) {

    public CompletionRequest {
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }
}
