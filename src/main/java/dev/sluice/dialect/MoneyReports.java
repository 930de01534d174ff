package dev.sluice.dialect;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What providers say about money that was spent or is left. Pure; whatever is not as expected is no answer. */
public final class MoneyReports {
    private MoneyReports() {}

    /** OpenRouter's {@code /generation}: what one answer was charged, in US dollars. */
    public static Optional<BigDecimal> generationCost(byte[] report) {
        return tree(report).flatMap(root -> amount(root.path("data").path("total_cost")));
    }

    /** OpenRouter's {@code /credits}: what is left of all that was bought, in US dollars. */
    public static Optional<BigDecimal> creditsLeft(byte[] report) {
        Optional<JsonNode> data = tree(report).map(root -> root.path("data"));
        Optional<BigDecimal> bought = data.flatMap(node -> amount(node.path("total_credits")));
        Optional<BigDecimal> used = data.flatMap(node -> amount(node.path("total_usage")));
        return bought.flatMap(all -> used.map(all::subtract));
    }

    /** DeepSeek's {@code /user/balance}: what is left, by currency. */
    public static Map<String, BigDecimal> balances(byte[] report) {
        Map<String, BigDecimal> balances = new LinkedHashMap<>();
        tree(report).ifPresent(root -> {
            for (JsonNode info : root.path("balance_infos")) {
                amount(info.path("total_balance"))
                        .ifPresent(left -> balances.put(info.path("currency").asString(""), left));
            }
        });
        return balances;
    }

    private static Optional<JsonNode> tree(byte[] report) {
        try {
            return Optional.of(Json.tree(new String(report, StandardCharsets.UTF_8)));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static Optional<BigDecimal> amount(JsonNode node) {
        if (!node.isNumber() && !node.isString()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(node.asString("").strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
