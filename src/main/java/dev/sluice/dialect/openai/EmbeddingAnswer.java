package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.VectorReader;
import dev.sluice.model.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * A provider's vectors.
 *
 * @param model the value's place
 * @param count how many vectors there are
 * @param indexed whether their indexes are all from 0 to below {@code count}, each once; those without any go by their order
 * @param places where they stand in the answer, in the order of the inputs; empty where that is their own order
 * @param base64 whether they are written as base64
 * @param vectors the vectors in the order of the inputs; empty where they were not asked for
 */
record EmbeddingAnswer(
        Optional<Span> model,
        String modelName,
        int count,
        boolean indexed,
        List<Span> places,
        boolean base64,
        List<float[]> vectors,
        Optional<Usage> usage,
        Optional<ErrorObject> error) {

    /** Whether there is one vector for each of so many inputs, and it can be told which. */
    boolean answers(int inputs) {
        return count == inputs && indexed;
    }

    /** @param decode whether the numbers themselves are needed */
    static EmbeddingAnswer parse(byte[] body, boolean decode) {
        return new Parser(body, decode).answer();
    }

    static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static final class Parser {
        private final JsonParser parser;
        private final boolean decode;
        private Optional<Span> model = Optional.empty();
        private String modelName = "";
        private int count;
        private int length = -1;
        private final Map<Integer, Span> places = new TreeMap<>();
        private boolean mixed;
        private boolean base64;
        private final TreeMap<Integer, float[]> vectors = new TreeMap<>();
        private Optional<Usage> usage = Optional.empty();
        private Optional<ErrorObject> error = Optional.empty();

        Parser(byte[] body, boolean decode) {
            this.parser = Json.parser(body);
            this.decode = decode;
        }

        EmbeddingAnswer answer() {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "not a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "model" -> model(token);
                    case "data" -> data(token);
                    case "usage" -> usage(token);
                    case "error" -> error = ErrorObject.read(parser);
                    default -> {}
                }
                parser.skipChildren();
            }
            return new EmbeddingAnswer(
                    model,
                    modelName,
                    count,
                    indexed(),
                    mixed ? List.copyOf(places.values()) : List.of(),
                    base64,
                    new ArrayList<>(vectors.values()),
                    usage,
                    error);
        }

        private boolean indexed() {
            return places.size() == count && places.keySet().stream().allMatch(index -> index >= 0 && index < count);
        }

        /** No vector comes from nothing, so zeros are no count. */
        private void usage(JsonToken token) {
            if (token == JsonToken.START_OBJECT) {
                usage = UsageReader.read(parser).filter(count -> !count.isNothing());
            }
        }

        private void model(JsonToken token) {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            modelName = token == JsonToken.VALUE_STRING ? parser.getString() : "";
            model = Optional.of(new Span(from, Json.endOfValue(parser)));
        }

        private void data(JsonToken token) {
            if (token != JsonToken.START_ARRAY) {
                throw new StreamReadException(parser, "data must be an array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new StreamReadException(parser, "expected an object");
                }
                item();
                count++;
            }
        }

        private void item() {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            int index = count;
            float[] values = {};
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("index") && token == JsonToken.VALUE_NUMBER_INT) {
                    index = parser.getIntValue();
                } else if (name.equals("embedding")) {
                    values = vector(token);
                }
                parser.skipChildren();
            }
            places.put(index, new Span(from, Json.endOfValue(parser)));
            mixed |= index != count;
            if (decode) {
                vectors.put(index, values);
            }
        }

        private float[] vector(JsonToken token) {
            base64 = token == JsonToken.VALUE_STRING;
            if (!base64 && token != JsonToken.START_ARRAY) {
                throw new StreamReadException(parser, "an embedding must be numbers or base64");
            }
            if (!decode && !base64) {
                requireLength(VectorReader.count(parser));
                return new float[0];
            }
            float[] values = base64 ? decoded(parser.getString()) : VectorReader.one(parser);
            requireLength(values.length);
            return values;
        }

        private void requireLength(int now) {
            if (length >= 0 && length != now) {
                throw new StreamReadException(parser, "vectors of different lengths");
            }
            length = now;
        }

        private float[] decoded(String text) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
                if (bytes.remaining() % Float.BYTES != 0) {
                    throw new StreamReadException(parser, "not a whole number of numbers");
                }
                float[] values = new float[bytes.remaining() / Float.BYTES];
                bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
                for (float value : values) {
                    if (!Float.isFinite(value)) {
                        throw new StreamReadException(parser, "not a finite number");
                    }
                }
                return values;
            } catch (IllegalArgumentException e) {
                throw new StreamReadException(parser, "broken base64", e);
            }
        }
    }
}
