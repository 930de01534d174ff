package dev.sluice.http;

import dev.sluice.account.ClientKey;
import dev.sluice.config.Reloading;
import dev.sluice.dialect.Json;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Reads the settings again at an administrator's word, and tells how they stand. */
final class ReloadRoute {
    private static final Logger AUDIT = LoggerFactory.getLogger("dev.sluice.audit");

    private final Optional<Reloading> settings;
    private final Administrators administrators;

    ReloadRoute(Optional<Reloading> settings, Administrators administrators) {
        this.settings = settings;
        this.administrators = administrators;
    }

    void addTo(Router router) {
        router.on(
                HttpMethod.POST,
                "/admin/reload",
                visit -> administrators.withBody(visit, (admin, _) -> reload(visit, admin)));
    }

    private void reload(Visit visit, ClientKey admin) {
        if (settings.isEmpty()) {
            visit.json(400, "{\"error\":\"there is no settings file to be read again\"}");
            return;
        }
        AUDIT.info("{} asked for the settings to be read again", admin.name());
        Reloading file = settings.get();
        // Not on the loop: it reads files, and waits for the ledger where there are new limits.
        Thread.ofVirtual().name("admin-reload").start(() -> {
            Reloading.Outcome outcome = file.reload();
            visit.lane().loop().execute(() -> answer(visit, outcome));
        });
    }

    private static void answer(Visit visit, Reloading.Outcome outcome) {
        switch (outcome) {
            case Reloading.Outcome.Taken(List<String> changed, List<String> waiting) ->
                visit.reply(200, Visit.JSON, Json.object(json -> {
                    write(json, "changed", changed);
                    write(json, "restart_needed", waiting);
                }));
            case Reloading.Outcome.Refused(String why) ->
                visit.reply(
                        400, Visit.JSON, Json.object(json -> json.writeStringProperty("error", Json.wellFormed(why))));
        }
    }

    /** For {@code /stats}. */
    static void write(JsonGenerator json, Reloading.Status status) {
        json.writeName("settings").writeStartObject();
        json.writeStringProperty("source", Json.wellFormed(status.source()));
        json.writeNumberProperty("taken", status.taken());
        json.writeNumberProperty("refused", status.refused());
        json.writeName("last");
        status.last().map(Instant::toString).ifPresentOrElse(json::writeString, json::writeNull);
        json.writeName("error");
        status.error().map(Json::wellFormed).ifPresentOrElse(json::writeString, json::writeNull);
        write(json, "restart_needed", status.waiting());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<String> paths) {
        json.writeName(name).writeStartArray();
        paths.forEach(json::writeString);
        json.writeEndArray();
    }
}
