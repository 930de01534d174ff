package dev.sluice.dialect;

import dev.sluice.model.TokenEstimate;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What the sandbox answers: an OpenAI-style reply, the same for the same request, whose text says that no model is
 * behind it. Pure.
 */
public final class SandboxAnswers {
    private static final String TEXT = "This is the sandbox of sluice: no model is behind this answer. "
            + "Set a provider's key or start a local server to get real ones. 여기에는 모델이 없습니다.";
    private static final String JSON_TEXT = "{\"sandbox\":true,\"note\":\"no model is behind this answer\"}";
    private static final int DIMENSIONS = 256;
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final long PER_TURN = 5;
    private static final long PER_PICTURE = 768;

    private SandboxAnswers() {}

    /**
     * What matters of a request.
     *
     * @param tokens of its texts
     */
    private record Ask(String model, boolean json, long cap, List<String> inputs, long tokens) {}

    /**
     * The body of the answer, in the pieces in which it is sent; empty where the request is not JSON.
     */
    public static Optional<List<byte[]>> to(Outbound request) {
        byte[] body = request.body().join();
        try {
            return Optional.of(answer(request, read(body)));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static List<byte[]> answer(Outbound request, Ask ask) {
        int inputTokens = Math.toIntExact(Math.max(1, ask.tokens()));
        if (request.path().endsWith("/embeddings")) {
            return List.of(embeddings(ask, inputTokens));
        }
        boolean chat = request.path().endsWith("/chat/completions");
        List<String> tokens = tokens(ask.json() ? JSON_TEXT : TEXT);
        boolean cut = ask.cap() > 0 && ask.cap() < tokens.size();
        List<String> said = cut ? tokens.subList(0, (int) ask.cap()) : tokens;
        String finish = cut ? "length" : "stop";
        return request.stream()
                ? stream(ask, chat, said, finish, inputTokens)
                : List.of(whole(ask, chat, said, finish, inputTokens));
    }

    private static Ask read(byte[] body) {
        String model = "";
        boolean json = false;
        long cap = 0;
        long tokens = 0;
        List<String> inputs = new ArrayList<>();
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "model" -> model = parser.getString();
                    case "max_tokens", "max_completion_tokens" -> cap = value.isNumeric() ? parser.getLongValue() : 0;
                    case "response_format" ->
                        json = Json.raw(parser, body).text().contains("json");
                    case "input" -> {
                        readInputs(parser, body, inputs);
                        tokens += inputs.stream().mapToLong(TokenEstimate::of).sum();
                    }
                    case "messages", "prompt", "suffix", "tools" -> tokens += countTexts(parser);
                    default -> parser.skipChildren();
                }
            }
        }
        return new Ask(model, json, cap, inputs, tokens);
    }

    /** The texts in a value, however deep, and what a template puts round each turn; a picture counts as one. */
    private static long countTexts(JsonParser parser) {
        long tokens = 0;
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token == JsonToken.VALUE_STRING) {
                tokens += count(parser.getString());
            } else if (token == JsonToken.PROPERTY_NAME && parser.currentName().equals("content")) {
                tokens += PER_TURN;
            }
        } while (depth > 0 && parser.nextToken() != null);
        return tokens;
    }

    private static long count(String text) {
        return text.startsWith("data:") ? PER_PICTURE : TokenEstimate.of(text);
    }

    private static void readInputs(JsonParser parser, byte[] body, List<String> inputs) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            inputs.add(Json.raw(parser, body).text());
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            inputs.add(Json.raw(parser, body).text());
        }
    }

    /** Slices of about four characters, never inside a character. */
    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        for (int at = 0; at < text.length(); at += CHARACTERS_PER_TOKEN) {
            tokens.add(text.substring(at, Math.min(text.length(), at + CHARACTERS_PER_TOKEN)));
        }
        return tokens;
    }

    private static List<byte[]> stream(Ask ask, boolean chat, List<String> tokens, String finish, int inputTokens) {
        List<byte[]> frames = new ArrayList<>();
        if (chat) {
            frames.add(frame(ask, true, "{\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null"));
        }
        for (String token : tokens) {
            String content = Json.quoted(token);
            frames.add(frame(
                    ask,
                    chat,
                    (chat ? "{\"delta\":{\"content\":" + content + "}" : "{\"text\":" + content)
                            + ",\"finish_reason\":null"));
        }
        frames.add(frame(
                ask, chat, (chat ? "{\"delta\":{}" : "{\"text\":\"\"") + ",\"finish_reason\":\"" + finish + "\""));
        frames.add(utf8("data: {" + head(ask, chat, true) + ",\"choices\":[]," + usage(inputTokens, tokens.size())
                + "}\n\ndata: [DONE]\n\n"));
        return frames;
    }

    private static byte[] frame(Ask ask, boolean chat, String choice) {
        return utf8("data: {" + head(ask, chat, true) + ",\"choices\":[" + choice + ",\"index\":0}]}\n\n");
    }

    private static byte[] whole(Ask ask, boolean chat, List<String> tokens, String finish, int inputTokens) {
        String content = Json.quoted(String.join("", tokens));
        String message = chat
                ? "\"message\":{\"role\":\"assistant\",\"content\":" + content + ",\"refusal\":null}"
                : "\"text\":" + content;
        return utf8("{" + head(ask, chat, false) + ",\"choices\":[{\"index\":0," + message
                + ",\"logprobs\":null,\"finish_reason\":\"" + finish + "\"}]," + usage(inputTokens, tokens.size())
                + "}");
    }

    private static String head(Ask ask, boolean chat, boolean chunk) {
        String object = chat ? chunk ? "chat.completion.chunk" : "chat.completion" : "text_completion";
        return "\"id\":\"sandbox-" + Integer.toHexString(ask.hashCode()) + "\",\"object\":\"" + object
                + "\",\"created\":1700000000,\"model\":" + Json.quoted(ask.model());
    }

    private static String usage(int input, int output) {
        return "\"usage\":{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + ",\"total_tokens\":"
                + (input + output) + "}";
    }

    private static byte[] embeddings(Ask ask, int inputTokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeName("data").writeStartArray();
            for (int i = 0; i < ask.inputs().size(); i++) {
                json.writeStartObject();
                json.writeStringProperty("object", "embedding");
                json.writeNumberProperty("index", i);
                json.writeName("embedding").writeStartArray();
                for (float value : vector(ask.inputs().get(i))) {
                    json.writeNumber(value);
                }
                json.writeEndArray().writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty("model", ask.model());
            json.writeName("usage").writeStartObject();
            json.writeNumberProperty("prompt_tokens", inputTokens);
            json.writeNumberProperty("total_tokens", inputTokens);
            json.writeEndObject().writeEndObject();
        }
        return out.toByteArray();
    }

    /** A vector of length 1 that depends on the text alone and means nothing. */
    private static float[] vector(String text) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(text.hashCode());
        float[] values = new float[DIMENSIONS];
        double square = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            values[i] = (float) random.nextGaussian();
            square += values[i] * values[i];
        }
        float length = (float) Math.sqrt(square);
        for (int i = 0; i < DIMENSIONS; i++) {
            values[i] /= length;
        }
        return values;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
