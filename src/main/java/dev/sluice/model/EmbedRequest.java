package dev.sluice.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * Texts to be turned into vectors.
 *
 * @param inputs each a JSON string, or (OpenAI) an array of token numbers
 * @param dimensions the length the vectors shall have, where asked
 * @param truncate whether a text past the model's window may be cut
 * @param normalise whether vectors must come back with length 1 (Ollama's /api/embed)
 */
public record EmbedRequest(
        String model, List<RawJson> inputs, OptionalInt dimensions, boolean truncate, boolean normalise) {

    public EmbedRequest {
        inputs = List.copyOf(inputs);
    }
}
