package dev.sluice.http;

import dev.sluice.account.ClientKey;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.ServerReports;
import dev.sluice.http.Listing.Model;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import dev.sluice.routing.ModelName;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** OpenAI's model list, answered here: some servers have only the list and make up a new time on each call. */
final class OpenAiRoutes {
    private final Models models;
    private final Passage passage;
    private final Instant since;

    OpenAiRoutes(Models models, Passage passage, Instant since) {
        this.models = models;
        this.passage = passage;
        this.since = since;
    }

    /** A row of the list. */
    private record Row(String id, String owner, long context) {}

    void addTo(Router router) {
        router.on(HttpMethod.GET, "/v1/models", visit -> rows(visit, rows -> visit.reply(200, Visit.JSON, list(rows))));
        router.below(HttpMethod.GET, "/v1/models/", visit -> rows(visit, rows -> one(visit, rows)));
    }

    private byte[] list(List<Row> rows) {
        return Json.object(json -> {
            json.writeStringProperty("object", "list");
            json.writeName("data").writeStartArray();
            rows.forEach(
                    row -> Listing.openAiModel(json, row.id(), row.owner(), since.getEpochSecond(), row.context()));
            json.writeEndArray();
        });
    }

    /** As it came where its escapes are none: no model is called like that. */
    private static String decoded(String rest) {
        try {
            return URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return rest;
        }
    }

    private void one(Visit visit, List<Row> rows) {
        String id = decoded(visit.rest());
        Optional<Row> found = rows.stream()
                .filter(row -> ModelName.key(row.id()).equals(ModelName.key(id)))
                .findFirst();
        if (found.isEmpty()) {
            visit.reply(404, Visit.JSON, Json.object(json -> {
                json.writeName("error").writeStartObject();
                json.writeStringProperty("message", "The model '" + id + "' does not exist");
                json.writeStringProperty("type", "invalid_request_error");
                json.writeStringProperty("param", "model");
                json.writeStringProperty("code", "model_not_found");
                json.writeEndObject();
            }));
            return;
        }
        visit.reply(200, Visit.JSON, Json.object(json -> {
            json.writeStringProperty("id", id);
            json.writeStringProperty("object", "model");
            json.writeNumberProperty("created", since.getEpochSecond());
            json.writeStringProperty("owned_by", found.get().owner());
        }));
    }

    private void rows(Visit visit, Consumer<List<Row>> then) {
        ClientKey.Rights rights = passage.rights(visit);
        all(
                visit,
                rows -> then.accept(
                        rows.stream().filter(row -> rights.mayUse(row.id())).toList()));
    }

    private void all(Visit visit, Consumer<List<Row>> then) {
        List<Row> ours = new ArrayList<>();
        for (Model model : models.known()) {
            ours.add(new Row(model.name(), model.provider(), model.context()));
        }
        models.ollama()
                .ifPresentOrElse(
                        server -> passage.fetch(visit, server, "GET", "/api/tags", new byte[0], answer -> {
                            ServerReports.ollamaModels(answer.body())
                                    .forEach(name -> ours.add(new Row(name, "library", 0)));
                            then.accept(ours);
                        }),
                        () -> {
                            if (passage.mayCall(visit)) {
                                then.accept(ours);
                            }
                        });
    }
}
