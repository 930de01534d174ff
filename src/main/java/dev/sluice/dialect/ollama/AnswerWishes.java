package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.ollama.request.GoDecoder;
import dev.sluice.dialect.ollama.request.MessageReader;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a request says about the form of its answer.
 *
 * @param tools names of the tools that the answer may call
 * @param thinkingHidden whether the client switched thinking off, so that none is shown even if the model thinks
 * @param bare whether bare text is continued, whose leading blanks belong to it
 * @param dimensions the length that vectors shall have
 * @param alternatives how many other tokens shall be shown beside each one
 */
record AnswerWishes(Set<String> tools, boolean thinkingHidden, boolean bare, OptionalInt dimensions, int alternatives) {

    static AnswerWishes of(Inbound inbound) {
        Set<String> tools = new HashSet<>();
        boolean hidden = false;
        boolean bare = false;
        OptionalInt dimensions = OptionalInt.empty();
        int alternatives = 0;
        try (JsonParser parser = Json.parser(inbound.body())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = GoDecoder.fieldName(parser);
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "think" -> hidden = token == JsonToken.VALUE_FALSE;
                    case "raw" -> bare |= token == JsonToken.VALUE_TRUE;
                    case "suffix" -> bare |= token == JsonToken.VALUE_STRING && parser.getStringLength() > 0;
                    case "dimensions" -> dimensions = positive(parser);
                    case "top_logprobs" -> alternatives = positive(parser).orElse(0);
                    case "tools" -> tools(parser, inbound.body(), tools);
                    default -> {}
                }
                parser.skipChildren();
            }
        }
        return new AnswerWishes(Set.copyOf(tools), hidden, bare, dimensions, alternatives);
    }

    private static OptionalInt positive(JsonParser parser) {
        int asked = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? (int) parser.getDoubleValue() : 0;
        return asked > 0 ? OptionalInt.of(asked) : OptionalInt.empty();
    }

    private static void tools(JsonParser parser, byte[] body, Set<String> names) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            new MessageReader(parser, body).tools().forEach(tool -> names.add(tool.name()));
        }
    }
}
