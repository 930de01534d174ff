package dev.sluice.http;

import dev.sluice.dialect.Json;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.report.UsageReport;
import dev.sluice.model.Money;
import tools.jackson.core.JsonGenerator;

/** A report as JSON. Money is in dollars, exact to the nano-dollar, as numbers that no one need round. */
public final class UsageJson {
    private UsageJson() {}

    public static byte[] write(UsageReport report) {
        return Json.object(json -> {
            json.writeStringProperty("by", report.question().by().word());
            json.writeStringProperty("from", report.question().first().toString());
            json.writeStringProperty("to", report.question().last().toString());
            json.writeStringProperty("zone", report.question().zone().getId());
            json.writeStringProperty("routing_baseline", report.baseline());
            json.writeStringProperty("savings", String.join(" ", report.savingsExplained()));
            json.writeName("lines").writeStartArray();
            report.lines().forEach(line -> write(json, line));
            json.writeEndArray();
            json.writeName("total");
            write(json, report.total());
        });
    }

    private static void write(JsonGenerator json, Spending line) {
        json.writeStartObject();
        json.writeStringProperty("name", line.name());
        json.writeNumberProperty("calls", line.calls());
        json.writeNumberProperty("attempts", line.attempts());
        money(json, "cost_usd", line.cost());
        json.writeNumberProperty("in_doubt", line.inDoubt());
        money(json, "in_doubt_usd", line.reserved());
        json.writeNumberProperty("unpriced", line.unpriced());
        json.writeNumberProperty("failures", line.failures());
        money(json, "failure_cost_usd", line.failureCost());
        json.writeNumberProperty("estimated", line.estimated());
        money(json, "estimated_cost_usd", line.estimatedCost());
        json.writeName("tokens").writeStartObject();
        json.writeNumberProperty("fresh", line.freshTokens());
        json.writeNumberProperty("cache_read", line.cacheReadTokens());
        json.writeNumberProperty("cache_write", line.cacheWriteTokens());
        json.writeNumberProperty("output", line.outputTokens());
        json.writeEndObject();
        json.writeName("saved").writeStartObject();
        money(json, "own_cache_usd", line.saved().ownCache());
        money(json, "provider_cache_usd", line.saved().providerCache());
        line.routing()
                .ifPresentOrElse(
                        saved -> money(json, "routing_usd", saved), () -> json.writeNullProperty("routing_usd"));
        json.writeNumberProperty("routing_unknown", line.unmeasured());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void money(JsonGenerator json, String name, Money amount) {
        json.writeName(name).writeNumber(amount.toString());
    }
}
