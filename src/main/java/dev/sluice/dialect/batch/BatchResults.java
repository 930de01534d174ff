package dev.sluice.dialect.batch;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.batch.BatchResult.Effort;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.model.Money;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Results as lines of JSON, one a row, and back. */
public final class BatchResults {
    private static final String UNPRICED = "unpriced";

    private BatchResults() {}

    /** One line, its end included. */
    public static byte[] line(BatchResult result) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        Json.write(out, json -> {
            json.writeStartObject();
            head(json, result);
            effort(json, result.effort());
            json.writeStringProperty("at", result.at().toString());
            result.error().ifPresent(error -> json.writeStringProperty("error", Json.wellFormed(error)));
            result.answer().ifPresent(answer -> {
                json.writeName("answer");
                json.writeRawValue(onOneLine(answer.text()));
            });
            json.writeEndObject();
        });
        out.write('\n');
        return out.toByteArray();
    }

    private static void head(JsonGenerator json, BatchResult result) {
        json.writeNumberProperty("row", result.row());
        json.writeNumberProperty("line", result.line());
        result.id().ifPresent(id -> json.writeStringProperty("id", Json.wellFormed(id)));
        json.writeNumberProperty("status", result.status());
        json.writeStringProperty("cost", result.cost().map(Money::toString).orElse(UNPRICED));
        json.writeStringProperty("provider", result.origin().provider());
        json.writeStringProperty("model", result.origin().model());
        json.writeStringProperty("request", result.origin().request());
    }

    private static void effort(JsonGenerator json, Effort effort) {
        json.writeNumberProperty("input_tokens", effort.inputTokens());
        json.writeNumberProperty("cached_tokens", effort.cachedTokens());
        json.writeNumberProperty("output_tokens", effort.outputTokens());
        json.writeNumberProperty("millis", effort.millis());
        json.writeNumberProperty("tries", effort.tries());
        json.writeNumberProperty("throttled", effort.throttled());
    }

    /** Line ends in JSON stand between its values only, so a blank means the same. */
    private static String onOneLine(String json) {
        return json.replace('\n', ' ').replace('\r', ' ');
    }

    /**
     * Reads a line without its answer.
     *
     * @return empty where it is not a whole line of ours
     */
    public static Optional<BatchResult> read(byte[] line) {
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = Json.parser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    values.put(name, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
            return parser.currentToken() == JsonToken.END_OBJECT ? Optional.of(result(values)) : Optional.empty();
        } catch (JacksonException | IllegalArgumentException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static BatchResult result(Map<String, String> values) {
        return new BatchResult(
                Math.toIntExact(number(values, "row")),
                Math.toIntExact(number(values, "line")),
                Optional.ofNullable(values.get("id")),
                Math.toIntExact(number(values, "status")),
                cost(text(values, "cost")),
                new Origin(text(values, "provider"), text(values, "model"), text(values, "request")),
                new Effort(
                        number(values, "input_tokens"),
                        number(values, "cached_tokens"),
                        number(values, "output_tokens"),
                        number(values, "millis"),
                        Math.toIntExact(number(values, "tries")),
                        Math.toIntExact(number(values, "throttled"))),
                Instant.parse(text(values, "at")),
                Optional.ofNullable(values.get("error")),
                Optional.empty());
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(text(values, name));
    }

    private static String text(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() -> new IllegalArgumentException("has no '" + name + "'"));
    }

    private static Optional<Money> cost(String text) {
        if (text.equals(UNPRICED)) {
            return Optional.empty();
        }
        return Optional.of(
                Money.parse(text).orElseThrow(() -> new IllegalArgumentException("has a 'cost' that is no amount")));
    }

    /** The single values of a JSON object on one line, for readers of other people's files; nested ones are left out. */
    public static Map<String, String> values(String line) {
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = Json.parser(line.getBytes(StandardCharsets.UTF_8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    values.put(name, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException broken) {
            throw new IllegalArgumentException("is not JSON", broken);
        }
        return values;
    }

    /** A JSON object of texts on one line, its end included. */
    public static byte[] line(Map<String, String> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        Json.write(out, json -> {
            json.writeStartObject();
            values.forEach((name, value) -> json.writeStringProperty(name, Json.wellFormed(value)));
            json.writeEndObject();
        });
        out.write('\n');
        return out.toByteArray();
    }
}
