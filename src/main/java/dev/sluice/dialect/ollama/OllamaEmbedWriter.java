package dev.sluice.dialect.ollama;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.ollama.request.GoNumber;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Writes vectors: of length 1 for {@code /api/embed}, as they came for {@code /api/embeddings}. Used by one thread. */
final class OllamaEmbedWriter implements AnswerWriter {
    private static final byte[] NOTHING = {};
    private static final double SMALLEST_NORM = 1e-12;

    private final Inbound inbound;
    private final Receipt receipt;
    private final AnswerClock clock;
    private final OptionalInt dimensions;
    private final Map<Integer, float[]> vectors = new TreeMap<>();
    private final Map<String, RawJson> others = new LinkedHashMap<>();

    OllamaEmbedWriter(Inbound inbound, Receipt receipt, AnswerClock clock) {
        this.inbound = inbound;
        this.receipt = receipt;
        this.clock = clock;
        this.dimensions = AnswerWishes.of(inbound).dimensions();
    }

    @Override
    public String contentType() {
        return OllamaFront.WHOLE;
    }

    @Override
    public byte[] write(Piece piece) {
        if (piece instanceof Piece.Vector vector) {
            vectors.put(vector.choice(), vector.values());
        } else if (piece instanceof Piece.Extra extra && extra.choice() == 0) {
            others.putAll(extra.members());
        }
        return NOTHING;
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = OllamaJson.generator(out)) {
            json.writeStartObject();
            if (inbound.endpoint() == Endpoint.OLLAMA_EMBEDDINGS) {
                legacy(json);
            } else {
                embeddings(json, usage);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private void legacy(JsonGenerator json) {
        json.writeArrayPropertyStart("embedding");
        for (float value : vectors.getOrDefault(0, new float[0])) {
            json.writeNumber(GoNumber.of((double) value));
        }
        json.writeEndArray();
    }

    private void embeddings(JsonGenerator json, Optional<Usage> usage) {
        json.writeStringProperty("model", Json.wellFormed(inbound.model()));
        json.writeArrayPropertyStart("embeddings");
        for (float[] vector : vectors.values()) {
            json.writeStartArray();
            for (float value : ofLengthOne(vector)) {
                json.writeNumber(GoNumber.of(value));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        Metrics metrics =
                Metrics.of(clock, usage.orElseGet(() -> TokenEstimate.usage(inbound.body(), 0)), Optional.empty());
        json.writeNumberProperty("total_duration", metrics.totalNanos());
        json.writeNumberProperty("load_duration", metrics.loadNanos());
        json.writeNumberProperty("prompt_eval_count", metrics.promptTokens());
        others.forEach((name, value) -> json.writeName(name).writeRawValue(value.text()));
        receipt.of(usage).ifPresent(cost -> json.writeName("sluice").writeRawValue(cost.text()));
    }

    private float[] ofLengthOne(float[] raw) {
        float[] vector = normalised(raw.clone());
        int length = dimensions.orElse(vector.length);
        return length < vector.length ? normalised(Arrays.copyOf(vector, length)) : vector;
    }

    /** In single precision, step by step as Ollama does it, so that the last digit agrees. */
    private static float[] normalised(float[] vector) {
        float sum = 0;
        for (float value : vector) {
            sum += value * value;
        }
        float factor = (float) (1 / Math.max(Math.sqrt(sum), SMALLEST_NORM));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
        return vector;
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return OllamaJson.error(failure.message());
    }

    @Override
    public byte[] heartbeat() {
        return NOTHING;
    }
}
