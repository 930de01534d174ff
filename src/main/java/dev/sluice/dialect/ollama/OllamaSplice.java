package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.ollama.request.GoDecoder;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Thinking;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A client's own bytes with another model's name and a limit on the answer put in. */
final class OllamaSplice {
    private OllamaSplice() {}

    static Outbound splice(Inbound inbound, Target target) {
        Edits edits = new Edits();
        if (!target.model().equals(inbound.model())) {
            inbound.spots().model().ifPresent(span -> edits.replace(span, Json.quoted(target.model())));
        }
        if (thinks(inbound.endpoint()) && target.thinking() != Thinking.DEFAULT) {
            think(inbound, target.thinking(), edits);
        }
        target.outputCap().ifPresent(cap -> limit(inbound, cap, edits));
        return new Outbound(path(inbound), edits.over(inbound.body()), inbound.stream(), List.of());
    }

    private static String path(Inbound inbound) {
        return inbound.endpoint().path();
    }

    private static void limit(Inbound inbound, long cap, Edits edits) {
        if (inbound.outputCap().isPresent() && inbound.outputCap().getAsLong() <= cap) {
            return;
        }
        if (inbound.spots().outputCap().isPresent()) {
            edits.replace(inbound.spots().outputCap().get(), Long.toString(cap));
            return;
        }
        String member = "\"num_predict\":" + cap;
        switch (options(inbound.body())) {
            case Options.None _ ->
                insertFirst("\"options\":{" + member + "}", inbound.spots().objectStart(), inbound, edits);
            case Options.Given(int start) -> insertFirst(member, start, inbound, edits);
            case Options.Emptied(Span value) -> edits.replace(value, "{" + member + "}");
        }
    }

    /** @param at behind the object's opening brace */
    private static void insertFirst(String member, int at, Inbound inbound, Edits edits) {
        edits.insert(at, isFollowedByBrace(inbound.body(), at) ? member : member + ",");
    }

    private static boolean thinks(Endpoint endpoint) {
        return endpoint == Endpoint.OLLAMA_CHAT || endpoint == Endpoint.OLLAMA_GENERATE;
    }

    /** What the model's name implies holds where the request itself says nothing. */
    private static void think(Inbound inbound, Thinking thinking, Edits edits) {
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
            edits.replace(said.get(), wish);
        } else {
            edits.insert(inbound.spots().objectStart(), "\"think\":" + wish + ",");
        }
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

    /** What the last member {@code options} is: Go merges objects into those before, but a null empties them all. */
    private sealed interface Options {
        record None() implements Options {}

        /** @param start the offset behind the opening brace */
        record Given(int start) implements Options {}

        /** @param value where the null stands */
        record Emptied(Span value) implements Options {}
    }

    private static Options options(byte[] body) {
        Options last = new Options.None();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean here = GoDecoder.fieldName(parser).equals("options");
                JsonToken value = parser.nextToken();
                if (here && value == JsonToken.START_OBJECT) {
                    last = new Options.Given((int) parser.currentLocation().getByteOffset());
                } else if (here && value == JsonToken.VALUE_NULL) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    last = new Options.Emptied(new Span(from, Json.endOfValue(parser)));
                }
                parser.skipChildren();
            }
        }
        return last;
    }

    private static boolean isFollowedByBrace(byte[] body, int from) {
        int at = from;
        while (at < body.length && body[at] <= ' ') {
            at++;
        }
        return at < body.length && body[at] == '}';
    }
}
