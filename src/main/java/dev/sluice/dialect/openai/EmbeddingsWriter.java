package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Failure;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Writes vectors in the encoding the client asked for. Used by one thread. */
final class EmbeddingsWriter implements AnswerWriter {
    private final String model;
    private final boolean base64;
    private final TreeMap<Integer, float[]> vectors = new TreeMap<>();
    private final Map<Integer, Map<String, RawJson>> ofVectors = new HashMap<>(0);
    private final Map<String, RawJson> ofAnswer = new LinkedHashMap<>(0);
    private final UsageSum counts = UsageSum.ofVectors();

    EmbeddingsWriter(Inbound inbound) {
        this.model = inbound.model();
        this.base64 = base64Asked(inbound);
    }

    /** Whether the client wants base64: the Node SDK does unless told otherwise. */
    static boolean base64Asked(Inbound inbound) {
        try (JsonParser parser = Json.parser(inbound.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean here = parser.currentName().equals("encoding_format");
                JsonToken token = parser.nextToken();
                if (here) {
                    return token == JsonToken.VALUE_STRING && parser.getString().equals("base64");
                }
                parser.skipChildren();
            }
            return false;
        }
    }

    @Override
    public String contentType() {
        return Wire.JSON;
    }

    @Override
    public byte[] write(Piece piece) {
        if (piece instanceof Piece.Vector(int input, float[] values)) {
            vectors.put(input, values);
        } else if (piece instanceof Piece.Extra extra) {
            extra(extra);
        }
        return Wire.NOTHING;
    }

    private void extra(Piece.Extra extra) {
        switch (extra.holder()) {
            case Piece.Holder.Choice _ -> ofVectors.put(extra.choice(), extra.members());
            case Piece.Holder.Count _ -> counts.add(extra.members());
            case Piece.Holder.Answer _ -> {
                if (extra.choice() == 0) {
                    ofAnswer.putAll(extra.members());
                }
            }
            case Piece.Holder.Turn _, Piece.Holder.Call _ -> {}
        }
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeArrayPropertyStart("data");
            vectors.forEach((index, values) -> vector(json, index, values));
            json.writeEndArray();
            json.writeStringProperty("model", model);
            json.writeObjectPropertyStart("usage");
            long tokens = usage.map(Usage::input).orElse(0L);
            json.writeNumberProperty("prompt_tokens", tokens);
            json.writeNumberProperty("total_tokens", tokens);
            Writing.members(json, counts.others());
            json.writeEndObject();
            Writing.members(json, ofAnswer);
            json.writeEndObject();
        });
    }

    private void vector(JsonGenerator json, int index, float[] values) {
        json.writeStartObject();
        json.writeStringProperty("object", "embedding");
        json.writeNumberProperty("index", index);
        json.writeName("embedding");
        if (base64) {
            json.writeString(Base64.getEncoder().encodeToString(EmbeddingAnswer.littleEndian(values)));
        } else {
            json.writeStartArray();
            for (float value : values) {
                json.writeNumber(value);
            }
            json.writeEndArray();
        }
        Writing.members(json, ofVectors.getOrDefault(index, Map.of()));
        json.writeEndObject();
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return Wire.NOTHING;
    }

    @Override
    public byte[] heartbeat() {
        return Wire.NOTHING;
    }
}
