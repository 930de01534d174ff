package dev.sluice.dialect;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What servers say about themselves: their models, and whether there is money. Pure; tolerant of unknown shapes. */
public final class ServerReports {
    private ServerReports() {}

    /** The ids of an OpenAI-style model list and each model's window in tokens (0 where it is not told). */
    public static Map<String, Long> openAiModels(byte[] list) {
        Map<String, Long> models = new LinkedHashMap<>();
        try (JsonParser parser = Json.parser(list)) {
            String id = "";
            long window = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                    if (depth == 2 && !id.isEmpty()) {
                        models.put(id, window);
                        id = "";
                        window = 0;
                    }
                } else if (depth == 3 && token == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                        id = parser.getString();
                    } else if (name.equals("max_model_len") && value == JsonToken.VALUE_NUMBER_INT) {
                        window = parser.getLongValue();
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        } catch (JacksonException _) {
            return Map.of();
        }
        return models;
    }

    /** The names in Ollama's list of models, in its order. */
    public static List<String> ollamaModels(byte[] tags) {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = Json.parser(tags)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (depth == 3 && token == JsonToken.PROPERTY_NAME && "name".equals(parser.currentName())) {
                    parser.nextToken();
                    names.add(parser.getString());
                }
            }
        } catch (JacksonException _) {
            return List.of(); // Something else than a list: there is nothing to show of it.
        }
        return names;
    }

    /**
     * Whether an account report says that calls would be paid for; empty where it says neither.
     *
     * <p>DeepSeek: {@code is_available}. OpenRouter's key: {@code limit_remaining}, null for no limit. Ollama Cloud:
     * {@code included} and {@code purchased} amounts.
     */
    public static Optional<Boolean> hasCredit(byte[] report) {
        try (JsonParser parser = Json.parser(report)) {
            Optional<Boolean> credit = Optional.empty();
            @Nullable String name = null;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    name = parser.currentName();
                } else if (name != null && token.isScalarValue()) {
                    credit = better(credit, judge(name, token, parser.getString()));
                    name = null;
                }
            }
            return credit;
        } catch (JacksonException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static Optional<Boolean> judge(String name, JsonToken token, String text) {
        return switch (name) {
            case "is_available" -> Optional.of(token == JsonToken.VALUE_TRUE);
            case "limit_remaining" -> Optional.of(token == JsonToken.VALUE_NULL || isPositive(text));
            case "included", "purchased", "balance" -> amount(token, text);
            default -> Optional.empty();
        };
    }

    private static Optional<Boolean> amount(JsonToken token, String text) {
        return token == JsonToken.VALUE_NULL || text.isBlank() ? Optional.empty() : Optional.of(isPositive(text));
    }

    private static boolean isPositive(String amount) {
        return new BigDecimal(amount.trim()).signum() > 0;
    }

    private static Optional<Boolean> better(Optional<Boolean> before, Optional<Boolean> now) {
        if (before.isEmpty() || now.isEmpty()) {
            return before.or(() -> now);
        }
        return Optional.of(before.get() || now.get());
    }
}
