package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a provider's {@code usage} object. Counts that cannot be are ignored, never thrown at anybody. */
final class UsageReader {
    private long input = -1;
    private long output;
    private long cacheRead;
    private long cacheHit;
    private long cacheWrite;
    private long reasoning;
    private long total;
    private Optional<Money> charged = Optional.empty();

    private UsageReader() {}

    /** Reads the object on which the parser stands, up to its end. */
    static Optional<Usage> read(JsonParser parser) {
        UsageReader reader = new UsageReader();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            reader.member(name, parser);
            parser.skipChildren();
        }
        return reader.usage();
    }

    /** Whether every number of tokens in it, at any depth, is one that can be. The value has been parsed before. */
    static boolean isSound(byte[] json, Span usage) {
        try (JsonParser parser = Json.parser(json, usage.from(), usage.to() - usage.from())) {
            String name = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    name = parser.currentName();
                } else if (token.isNumeric() && name.endsWith("_tokens") && count(parser) < 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The count that a refusal's body has, at its top or within its error. */
    static Optional<Usage> ofRefusal(byte[] body) {
        try (JsonParser parser = Json.parser(body)) {
            Optional<Usage> usage =
                    parser.nextToken() == JsonToken.START_OBJECT ? inRefusal(parser, true) : Optional.empty();
            return usage.filter(count -> !count.isNothing());
        } catch (JacksonException _) {
            return Optional.empty(); // HTML, text, or a body without its end
        }
    }

    /** Up to the object's end; what stands at the top goes before what stands within. */
    private static Optional<Usage> inRefusal(JsonParser parser, boolean top) {
        Optional<Usage> own = Optional.empty();
        Optional<Usage> inner = Optional.empty();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            if (object && name.equals("usage")) {
                Optional<Usage> before = own;
                own = read(parser).or(() -> before);
            } else if (object && top && name.equals("error")) {
                inner = inRefusal(parser, false);
            }
            parser.skipChildren();
        }
        return own.isPresent() ? own : inner;
    }

    private void member(String name, JsonParser value) {
        switch (name) {
            case "prompt_tokens" -> input = count(value);
            case "completion_tokens" -> output = count(value);
            case "total_tokens" -> total = count(value);
            case "prompt_cache_hit_tokens" -> cacheHit = detail(value);
            case "prompt_tokens_details", "completion_tokens_details" -> details(value);
            case "cost" -> charged = money(value);
            default -> {}
        }
    }

    private void details(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "cached_tokens" -> cacheRead = detail(parser);
                case "cache_write_tokens" -> cacheWrite = detail(parser);
                case "reasoning_tokens" -> reasoning = detail(parser);
                default -> {}
            }
            parser.skipChildren();
        }
    }

    private static long count(JsonParser value) {
        if (value.currentToken() != JsonToken.VALUE_NUMBER_INT
                || value.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return -1;
        }
        long count = value.getLongValue();
        return count <= Usage.MOST_REPORTED ? count : -1;
    }

    private static long detail(JsonParser value) {
        return Math.max(0, count(value));
    }

    private static Optional<Money> money(JsonParser value) {
        if (!value.currentToken().isNumeric()) {
            return Optional.empty();
        }
        BigDecimal dollars = value.getDecimalValue();
        return dollars.signum() >= 0 && Money.isAmount(dollars)
                ? Optional.of(Money.ofDollars(dollars))
                : Optional.empty();
    }

    private Optional<Usage> usage() {
        if (input < 0 || output < 0) {
            return Optional.empty();
        }
        long read = Math.min(Math.max(cacheRead, cacheHit), input);
        long written = Math.min(cacheWrite, input - read);
        // Some servers (xAI) count what was thought beside the completion and charge both; their total shows it.
        boolean beside = reasoning > 0 && total == input + output + reasoning;
        long generated = beside ? plus(output, reasoning) : output;
        return Optional.of(new Usage(input, read, written, generated, Math.min(reasoning, generated), false, charged));
    }

    private static long plus(long output, long reasoning) {
        long sum = output + reasoning;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
