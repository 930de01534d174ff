package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import dev.sluice.dialect.Target;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Thinking;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A client's own bytes with another model's name and a limit on the answer put in. */
final class OllamaSplice {
    private OllamaSplice() {}

    static Outbound splice(Inbound inbound, Target target) {
        SortedMap<Integer, Patch> patches = new TreeMap<>();
        if (!target.model().equals(inbound.model())) {
            inbound.spots()
                    .model()
                    .ifPresent(span -> patches.put(span.from(), new Patch(span, quoted(target.model()))));
        }
        target.outputCap().ifPresent(cap -> limit(inbound, cap, patches));
        if (thinks(inbound.endpoint()) && target.thinking() != Thinking.DEFAULT) {
            think(inbound, target.thinking(), patches);
        }
        return new Outbound(path(inbound), patched(inbound.body(), patches), inbound.stream(), List.of());
    }

    /** New bytes for a range of the old ones. */
    private record Patch(Span span, byte[] bytes) {}

    private static String path(Inbound inbound) {
        return inbound.endpoint().path();
    }

    private static void limit(Inbound inbound, long cap, SortedMap<Integer, Patch> patches) {
        if (inbound.outputCap().isPresent() && inbound.outputCap().getAsLong() <= cap) {
            return;
        }
        if (inbound.spots().outputCap().isPresent()) {
            Span span = inbound.spots().outputCap().get();
            patches.put(span.from(), new Patch(span, ascii(Long.toString(cap))));
            return;
        }
        OptionalInt inOptions = optionsStart(inbound.body());
        int at = inOptions.orElse(inbound.spots().objectStart());
        boolean alone = isFollowedByBrace(inbound.body(), at);
        String member = "\"num_predict\":" + cap;
        String text = (inOptions.isPresent() ? member : "\"options\":{" + member + "}") + (alone ? "" : ",");
        patches.put(at, new Patch(new Span(at, at), ascii(text)));
    }

    private static boolean thinks(Endpoint endpoint) {
        return endpoint == Endpoint.OLLAMA_CHAT || endpoint == Endpoint.OLLAMA_GENERATE;
    }

    /** What the model's name implies holds where the request itself says nothing. */
    private static void think(Inbound inbound, Thinking thinking, SortedMap<Integer, Patch> patches) {
        String wish = wish(thinking);
        Optional<Span> said = Optional.empty();
        try (JsonParser parser = Json.parser(inbound.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean think = GoDecoder.fieldName(parser).equals("think");
                JsonToken value = parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                int to = Json.endOfValue(parser);
                if (think && value != JsonToken.VALUE_NULL) {
                    return;
                }
                said = think ? Optional.of(new Span(from, to)) : said;
            }
        }
        if (said.isPresent()) {
            patches.put(said.get().from(), new Patch(said.get(), ascii(wish)));
            return;
        }
        int at = inbound.spots().objectStart();
        String already = Optional.ofNullable(patches.get(at))
                .map(patch -> new String(patch.bytes(), StandardCharsets.US_ASCII))
                .orElse("");
        patches.put(at, new Patch(new Span(at, at), ascii("\"think\":" + wish + "," + already)));
    }

    private static String wish(Thinking thinking) {
        return switch (thinking) {
            case OFF -> "false";
            case DEFAULT, ON -> "true";
            case MINIMAL, LOW -> "\"low\"";
            case MEDIUM -> "\"medium\"";
            case HIGH, MAX -> "\"high\"";
        };
    }

    /** The offset behind the opening brace of {@code options}. */
    private static OptionalInt optionsStart(byte[] body) {
        OptionalInt start = OptionalInt.empty();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean options = GoDecoder.fieldName(parser).equals("options");
                if (parser.nextToken() == JsonToken.START_OBJECT && options) {
                    start = OptionalInt.of((int) parser.currentLocation().getByteOffset());
                }
                parser.skipChildren();
            }
        }
        return start;
    }

    private static boolean isFollowedByBrace(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] <= ' ') {
            at++;
        }
        return at < body.length && body[at] == '}';
    }

    private static Slices patched(byte[] body, SortedMap<Integer, Patch> patches) {
        Slices.Builder slices = new Slices.Builder();
        int from = 0;
        for (Patch patch : patches.values()) {
            slices.add(body, from, patch.span().from()).add(patch.bytes());
            from = patch.span().to();
        }
        return slices.add(body, from, body.length).build();
    }

    /** The text as JSON. */
    static byte[] quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 2);
        try (JsonGenerator json = OllamaJson.generator(out)) {
            json.writeString(OllamaJson.wellFormed(text));
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
