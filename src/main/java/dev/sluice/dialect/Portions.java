package dev.sluice.dialect;

import dev.sluice.dialect.Inbound.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One call's body cut into the bodies of several, where a server takes only a part of it at once. All else in the body
 * stays as it came. The body has been read before, so it is one JSON object. Pure.
 */
public final class Portions {

    /** vLLM takes any temperature below this for 0. */
    private static final double GREEDY = 1e-5;

    private Portions() {}

    /**
     * Bodies with at most so many members of {@code input} each, in order; just the one where it has no more.
     *
     * @param most at least 1
     */
    public static List<byte[]> batches(byte[] body, int most) {
        List<Span> inputs = inputs(body);
        if (inputs.size() <= most) {
            return List.of(body);
        }
        List<byte[]> batches = new ArrayList<>();
        int head = inputs.getFirst().from();
        int tail = inputs.getLast().to();
        for (int first = 0; first < inputs.size(); first += most) {
            Span last = inputs.get(Math.min(first + most, inputs.size()) - 1);
            ByteArrayOutputStream batch = new ByteArrayOutputStream(body.length / 2);
            batch.write(body, 0, head);
            batch.write(
                    body,
                    inputs.get(first).from(),
                    last.to() - inputs.get(first).from());
            batch.write(body, tail, body.length - tail);
            batches.add(batch.toByteArray());
        }
        return batches;
    }

    /** Where the members of {@code input} stand; none where it is a single text or a single list of token numbers. */
    private static List<Span> inputs(byte[] body) {
        List<Span> inputs = new ArrayList<>();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean here = FieldNames.folded(parser.currentName()).equals("input");
                JsonToken token = parser.nextToken();
                if (here && token == JsonToken.START_ARRAY) {
                    inputs.clear();
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                            return List.of();
                        }
                        int from = (int) parser.currentTokenLocation().getByteOffset();
                        inputs.add(new Span(from, Json.endOfValue(parser)));
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        return inputs;
    }

    /** So many bodies that ask for one answer each; a seed counts up, so that the answers differ as one call's would. */
    public static List<byte[]> singles(byte[] body, int answers) {
        Optional<Span> count = number(body, "n");
        Optional<Span> seed = number(body, "seed");
        List<byte[]> singles = new ArrayList<>(answers);
        for (int i = 0; i < answers; i++) {
            byte[] single = body;
            boolean seedLast = seed.isPresent()
                    && count.isPresent()
                    && seed.get().from() > count.get().from();
            // From the back, so that the places in front stay where they are.
            single = seedLast ? seeded(single, seed, i) : single;
            single = count.isPresent() ? replaced(single, count.get(), "1") : single;
            single = seedLast ? single : seeded(single, seed, i);
            singles.add(single);
        }
        return singles;
    }

    private static byte[] seeded(byte[] body, Optional<Span> seed, int more) {
        if (seed.isEmpty() || more == 0) {
            return body;
        }
        Span place = seed.get();
        String written = new String(body, place.from(), place.to() - place.from(), StandardCharsets.US_ASCII);
        return written.matches("-?\\d{1,18}")
                ? replaced(body, place, Long.toString(Long.parseLong(written) + more))
                : body;
    }

    private static byte[] replaced(byte[] body, Span place, String with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 8);
        out.write(body, 0, place.from());
        out.writeBytes(with.getBytes(StandardCharsets.US_ASCII));
        out.write(body, place.to(), body.length - place.to());
        return out.toByteArray();
    }

    /** Whether the call asks for the likeliest tokens only. */
    public static boolean isGreedy(byte[] body) {
        return temperature(body).filter(asked -> asked < GREEDY).isPresent();
    }

    /** Whether the call itself asks for other tokens than the likeliest, whatever its model does unasked. */
    public static boolean isSampled(byte[] body) {
        return temperature(body).filter(asked -> asked >= GREEDY).isPresent();
    }

    private static Optional<Double> temperature(byte[] body) {
        try (JsonParser parser = Json.parser(body)) {
            return at(parser, "temperature") && parser.currentToken().isNumeric()
                    ? Optional.of(Math.abs(parser.getDoubleValue()))
                    : Optional.empty();
        }
    }

    private static Optional<Span> number(byte[] body, String name) {
        try (JsonParser parser = Json.parser(body)) {
            if (!at(parser, name) || !parser.currentToken().isNumeric()) {
                return Optional.empty();
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            return Optional.of(new Span(from, Json.endOfValue(parser)));
        }
    }

    /** Goes to the value of a member of the body. */
    private static boolean at(JsonParser parser, String name) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean here = parser.currentName().equals(name);
            parser.nextToken();
            if (here) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
