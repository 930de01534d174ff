package dev.sluice.http;

import dev.sluice.alert.Alerts;
import dev.sluice.alert.Raised;
import dev.sluice.config.Reloading;
import dev.sluice.dialect.Json;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import dev.sluice.metric.Latencies;
import dev.sluice.metric.Meters;
import dev.sluice.metric.Tally;
import dev.sluice.model.Money;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Standing;
import dev.sluice.routing.BackendMode;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The gateway seen from outside: health, figures, and the switch between local backends. */
final class AdminRoutes {
    private final Gateway gateway;
    private final Administrators administrators;
    private final Meters meters;
    private final Alerts alerts;
    private final UsageRoute usage;
    private final Optional<Reloading> settings;
    private final String version;
    private final Instant since;

    AdminRoutes(GatewayServer.Behind behind, Administrators administrators, Instant since) {
        this.gateway = behind.gateway();
        this.administrators = administrators;
        this.meters = behind.meters();
        this.alerts = behind.alerts();
        this.usage = new UsageRoute(
                behind.reports(),
                () -> behind.gateway().parts().treasury().baseline(),
                behind.gateway().parts().clock());
        this.settings = behind.settings();
        this.version = behind.version();
        this.since = since;
    }

    /** The one route here that needs no key. */
    void addHealthTo(Router router) {
        router.on(HttpMethod.GET, "/health", this::health).on(HttpMethod.HEAD, "/health", this::health);
    }

    void addTo(Router router) {
        router.on(
                HttpMethod.GET,
                "/stats",
                visit -> administrators.only(visit, _ -> visit.reply(200, Visit.JSON, stats())));
        router.on(
                HttpMethod.GET,
                "/metrics",
                visit ->
                        administrators.only(visit, _ -> visit.reply(200, Meters.PROMETHEUS_TYPE, meters.prometheus())));
        router.on(HttpMethod.GET, "/admin/usage", visit -> administrators.only(visit, _ -> usage.answer(visit)));
        router.on(
                HttpMethod.PUT,
                "/admin/backend-mode",
                visit -> administrators.withBody(visit, (_, body) -> switchMode(visit, body)));
    }

    /** Open to everybody, so it names no model and no key. */
    private void health(Visit visit) {
        boolean draining = gateway.isDraining();
        byte[] body = Json.object(json -> {
            json.writeStringProperty("backend_mode", gateway.mode().word());
            json.writeStringProperty("status", draining ? "draining" : status());
            json.writeStringProperty("circuit_breaker", worstLocalBreaker());
            json.writeStringProperty("version", version);
            json.writeNumberProperty("uptime_seconds", uptime().toSeconds());
            json.writeNumberProperty("running", gateway.running());
            json.writeName("key_refused").writeStartArray();
            keyRefused().forEach(json::writeString);
            json.writeEndArray();
            json.writeName("backends").writeStartObject();
            for (Provider provider : gateway.parts().fleet().all()) {
                json.writeName(provider.name()).writeStartObject();
                json.writeStringProperty("circuit_breaker", provider.standing().worstBreaker());
                json.writeStringProperty(
                        "standing", provider.standing().reason().word());
                json.writeNumberProperty("running", provider.places().taken());
                json.writeNumberProperty("waiting", provider.places().waiting());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
        visit.reply(draining ? 503 : 200, Visit.JSON, body);
    }

    /** Somebody must look at these: nothing but a new setting brings them back. */
    private List<String> keyRefused() {
        return gateway.parts().fleet().all().stream()
                .filter(provider -> provider.standing().reason() == Standing.Reason.KEY_REFUSED)
                .map(Provider::name)
                .toList();
    }

    private String status() {
        boolean anyGood = gateway.parts().fleet().all().stream()
                .anyMatch(provider -> provider.standing().worstBreaker().equals("closed")
                        && provider.standing().reason() == Standing.Reason.NONE);
        return anyGood ? "healthy" : "degraded";
    }

    private String worstLocalBreaker() {
        String worst = "closed";
        for (Provider provider : gateway.parts().fleet().all()) {
            String name = provider.standing().worstBreaker();
            if (name.equals("open") || (name.equals("half_open") && worst.equals("closed"))) {
                worst = name;
            }
        }
        return worst;
    }

    private Duration uptime() {
        return Duration.between(since, gateway.parts().clock().instant());
    }

    private byte[] stats() {
        return Json.object(json -> {
            json.writeStringProperty("version", version);
            json.writeStringProperty("since", since.toString());
            json.writeNumberProperty("running", gateway.running());
            json.writeStringProperty("cache", "off");
            json.writeName("models").writeStartArray();
            long nanos = 0;
            long calls = 0;
            for (Meters.Series series : meters.all()) {
                writeSeries(json, series);
                nanos += series.tally().nanoDollars();
                calls += series.tally().attempts();
            }
            json.writeEndArray();
            json.writeNumberProperty("attempts", calls);
            json.writeStringProperty("cost", new Money(nanos).toString());
            json.writeName("breakers").writeStartObject();
            for (Provider provider : gateway.parts().fleet().all()) {
                json.writeStringProperty(provider.name(), provider.standing().worstBreaker());
            }
            json.writeEndObject();
            BudgetReport.write(
                    json,
                    gateway.parts().treasury().budgets(),
                    gateway.parts().clock().instant());
            json.writeNumberProperty("drains", gateway.parts().drains().running());
            json.writeName("providers").writeStartObject();
            for (Provider provider : gateway.parts().fleet().all()) {
                json.writeName(provider.name()).writeStartObject();
                json.writeStringProperty(
                        "standing", provider.standing().reason().word());
                json.writeName("last_429");
                writeRateLimited(json, provider.standing().lastRateLimited());
                json.writeEndObject();
            }
            json.writeEndObject();
            settings.ifPresent(file -> ReloadRoute.write(json, file.status()));
            json.writeName("alerts").writeStartArray();
            alerts.last().forEach(raised -> writeAlert(json, raised));
            json.writeEndArray();
        });
    }

    private static void writeAlert(JsonGenerator json, Raised raised) {
        json.writeStartObject();
        json.writeStringProperty("at", raised.at().toString());
        json.writeStringProperty("kind", raised.kind());
        json.writeStringProperty("subject", Json.wellFormed(raised.subject()));
        json.writeStringProperty("window", raised.window());
        json.writeStringProperty("text", Json.wellFormed(raised.text()));
        json.writeEndObject();
    }

    private static void writeRateLimited(JsonGenerator json, Optional<Standing.RateLimited> last) {
        if (last.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeName("retry_after_seconds");
        last.get().retryAfter().ifPresentOrElse(wish -> json.writeNumber(wish.toMillis() / 1e3), json::writeNull);
        json.writeNumberProperty("running", last.get().running());
        json.writeEndObject();
    }

    private static void writeSeries(JsonGenerator json, Meters.Series series) {
        Tally tally = series.tally();
        json.writeStartObject();
        json.writeStringProperty("provider", series.provider());
        json.writeStringProperty("model", series.model());
        json.writeNumberProperty("attempts", tally.attempts());
        json.writeNumberProperty("failures", tally.failures());
        json.writeNumberProperty("rate_limited", tally.rateLimits());
        json.writeNumberProperty("input_tokens", tally.inputTokens());
        json.writeNumberProperty("cached_tokens", tally.cachedTokens());
        json.writeNumberProperty("output_tokens", tally.outputTokens());
        json.writeStringProperty("cost", new Money(tally.nanoDollars()).toString());
        json.writeNumberProperty("unpriced_attempts", tally.unpricedAttempts());
        writeLatencies(json, "attempt_ms", tally.attemptTimes());
        writeLatencies(json, "ttft_ms", tally.firstContentTimes());
        writeLatencies(json, "request_ms", tally.requestTimes());
        json.writeEndObject();
    }

    private static void writeLatencies(JsonGenerator json, String name, Latencies latencies) {
        json.writeName(name).writeStartObject();
        json.writeNumberProperty("count", latencies.count());
        json.writeNumberProperty("mean", latencies.mean() / 1e6);
        json.writeNumberProperty("p50", latencies.percentile(0.50) / 1e6);
        json.writeNumberProperty("p95", latencies.percentile(0.95) / 1e6);
        json.writeNumberProperty("p99", latencies.percentile(0.99) / 1e6);
        json.writeEndObject();
    }

    /** Empty where the body is not one JSON object that names a mode. */
    private static Optional<String> mode(byte[] body) {
        Optional<String> mode = Optional.empty();
        try (JsonParser parser = Json.parser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean named = parser.currentName().equals("backend_mode");
                if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
                    mode = Optional.of(parser.getString());
                }
                parser.skipChildren();
            }
            return parser.nextToken() == null ? mode : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Chains and names with a provider before them are served in any mode, so the switch is made all the same. */
    private void writeMode(JsonGenerator json) {
        BackendMode mode = gateway.mode();
        json.writeStringProperty("backend_mode", mode.word());
        if (!gateway.models().local().containsKey(mode)) {
            json.writeStringProperty(
                    "warning",
                    "there is no provider of the kind " + mode.word()
                            + ", so nobody serves the names that no chain lists");
        }
    }

    private void switchMode(Visit visit, byte[] body) {
        Optional<String> mode = mode(body);
        if (mode.isEmpty()) {
            visit.json(
                    400,
                    "{\"error\":\"send {\\\"backend_mode\\\": \\\"vllm\\\"} or {\\\"backend_mode\\\": \\\"ollama\\\"}\"}");
            return;
        }
        try {
            gateway.switchTo(BackendMode.of(mode.get()));
            visit.reply(200, Visit.JSON, Json.object(this::writeMode));
        } catch (IllegalArgumentException unknown) {
            visit.reply(
                    400,
                    Visit.JSON,
                    Json.object(json -> json.writeStringProperty("error", String.valueOf(unknown.getMessage()))));
        }
    }
}
