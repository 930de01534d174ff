package dev.sluice.dialect.openai;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Others;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What an answer with vectors says that nothing here knows; see {@link ExtraMembers}. */
record EmbeddingExtras(JsonParser parser, byte[] json, Consumer<Piece> pieces) {
    private static final Set<String> ANSWER = Set.of("object", "model", "data", "usage", "error");
    private static final Set<String> VECTOR = Set.of("object", "index", "embedding");

    /** @param json an answer that has been parsed before */
    static void read(byte[] json, Consumer<Piece> pieces) {
        try (JsonParser parser = Json.parser(json)) {
            new EmbeddingExtras(parser, json, pieces).answer();
        }
    }

    private void answer() {
        SequencedMap<String, RawJson> others = new LinkedHashMap<>();
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (Others.take(parser, json, ANSWER, others)) {
                continue;
            }
            if (name.equals("data") && parser.currentToken() == JsonToken.START_ARRAY) {
                vectors();
            } else if (name.equals("usage") && parser.currentToken() == JsonToken.START_OBJECT) {
                extra(0, new Piece.Holder.Count(), ExtraMembers.membersOf(Json.raw(parser, json)));
            }
            parser.skipChildren();
        }
        extra(0, new Piece.Holder.Answer(), others);
    }

    private void vectors() {
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            vector(count);
            count++;
        }
    }

    private void vector(int place) {
        SequencedMap<String, RawJson> others = new LinkedHashMap<>();
        int index = place;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (!Others.take(parser, json, VECTOR, others)) {
                boolean number = name.equals("index") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
                index = number ? parser.getIntValue() : index;
                parser.skipChildren();
            }
        }
        extra(index, new Piece.Holder.Choice(), others);
    }

    private void extra(int choice, Piece.Holder holder, SequencedMap<String, RawJson> members) {
        if (!members.isEmpty()) {
            pieces.accept(new Piece.Extra(choice, holder, members));
        }
    }
}
