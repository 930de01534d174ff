package dev.sluice.dialect;

import dev.sluice.model.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What providers say about money that was spent or is left. Pure; whatever is not as expected is no answer. */
public final class MoneyReports {
    private static final int MOST_SHOWN = 200;

    private MoneyReports() {}

    /** OpenRouter's {@code /generation}: what one answer was charged, never below zero. */
    public static Optional<Money> generationCost(byte[] report) {
        return tree(report)
                .flatMap(root -> amount(root.path("data").path("total_cost")))
                .filter(dollars -> dollars.signum() >= 0)
                .map(Money::ofDollars);
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

    /** What Stripe says is wrong, fit to be shown; empty where it says nothing. */
    public static Optional<String> complaint(byte[] answer) {
        return tree(answer)
                .map(root -> CleanText.of(root.path("error").path("message").asString(""), ""))
                .map(text -> text.substring(0, Math.min(text.length(), MOST_SHOWN)))
                .filter(text -> !text.isBlank());
    }

    private static Optional<JsonNode> tree(byte[] report) {
        try {
            return Optional.of(Json.exactTree(new String(report, StandardCharsets.UTF_8)));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** What is no amount that money can have, such as 1e999999999, is nothing that was said. */
    private static Optional<BigDecimal> amount(JsonNode node) {
        return node.isNumber() || node.isString()
                ? Money.decimal(node.asString("").strip())
                : Optional.empty();
    }
}
