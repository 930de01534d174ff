package dev.sluice.dialect.openai;

import dev.sluice.dialect.Json;
import dev.sluice.model.FinishReason;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JsonGenerator;

/** Parts that streamed and whole answers have in common. */
final class Writing {
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int ID_LENGTH = 24;

    private Writing() {}

    static String id(String prefix) {
        StringBuilder id = new StringBuilder(prefix);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    static String finish(FinishReason reason, boolean anyTool) {
        return switch (reason) {
            case STOP -> anyTool ? "tool_calls" : "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    /** Members as their sender wrote them. */
    static void members(JsonGenerator json, Map<String, RawJson> members) {
        members.forEach((name, value) -> {
            json.writeName(name);
            json.writeRawValue(value.text());
        });
    }

    static RawJson object(Map<String, RawJson> members) {
        return new RawJson(new String(Json.object(json -> members(json, members)), StandardCharsets.UTF_8));
    }

    /** A count alone, as an object. */
    static byte[] usage(Usage usage) {
        return Json.bytes(json -> counts(json, usage, UsageSum.ofAnswers()));
    }

    static void usage(JsonGenerator json, Usage usage, UsageSum more) {
        json.writeName("usage");
        counts(json, usage, more);
    }

    private static void counts(JsonGenerator json, Usage usage, UsageSum more) {
        json.writeStartObject();
        json.writeNumberProperty("prompt_tokens", usage.input());
        json.writeNumberProperty("completion_tokens", usage.output());
        json.writeNumberProperty("total_tokens", usage.input() + usage.output());
        json.writeObjectPropertyStart("prompt_tokens_details");
        json.writeNumberProperty("cached_tokens", usage.cacheRead());
        if (usage.cacheWrite() > 0) {
            json.writeNumberProperty("cache_write_tokens", usage.cacheWrite());
        }
        members(json, more.details("prompt_tokens_details"));
        json.writeEndObject();
        json.writeObjectPropertyStart("completion_tokens_details");
        json.writeNumberProperty("reasoning_tokens", usage.reasoning());
        members(json, more.details("completion_tokens_details"));
        json.writeEndObject();
        members(json, more.others());
        json.writeEndObject();
    }
}
