package dev.sluice.http;

import dev.sluice.account.ClientKey;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.ollama.ManagedModel;
import dev.sluice.dialect.ollama.NamedModel;
import dev.sluice.http.Listing.Model;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import dev.sluice.model.GatewayException;
import dev.sluice.provider.Provider;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Ollama's routes that ask no model: lists, details and management. With an Ollama server behind, they are its own
 * answers; otherwise they tell honestly of the models that the settings map.
 */
final class OllamaRoutes {
    /** The version whose behaviour is imitated; clients read it as numbers and some want at least 0.6.4. */
    static final String VERSION = "0.17.4";

    private static final String NDJSON = "application/x-ndjson";
    private static final List<String> MANAGEMENT = List.of("/api/push", "/api/create");

    private final Models models;
    private final Passage passage;
    private final Instant since;

    OllamaRoutes(Models models, Passage passage, Instant since) {
        this.models = models;
        this.passage = passage;
        this.since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    void addTo(Router router) {
        getAndHead(
                router,
                "/",
                visit -> visit.reply(
                        200, "text/plain; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8)));
        getAndHead(router, "/api/version", visit -> visit.json(200, "{\"version\":\"" + VERSION + "\"}"));
        getAndHead(router, "/api/tags", visit -> withKey(visit, this::tags));
        router.on(HttpMethod.GET, "/api/ps", visit -> withKey(visit, this::running));
        router.on(
                HttpMethod.GET,
                "/api/status",
                visit -> withKey(visit, it -> it.json(200, "{\"cloud\":{\"disabled\":false,\"source\":\"none\"}}")));
        router.on(HttpMethod.POST, "/api/show", visit -> passage.withBody(visit, body -> show(visit, body)));
        router.on(HttpMethod.POST, "/api/pull", visit -> passage.withBody(visit, body -> pull(visit, body)));
        for (String path : MANAGEMENT) {
            router.on(HttpMethod.POST, path, visit -> passage.withBody(visit, body -> manage(visit, body)));
        }
        router.on(HttpMethod.POST, "/api/copy", visit -> passage.withBody(visit, body -> manage(visit, body)));
        router.on(HttpMethod.DELETE, "/api/delete", visit -> passage.withBody(visit, body -> manage(visit, body)));
        router.on(HttpMethod.POST, "/api/me", visit -> passage.withBody(visit, body -> account(visit)));
        router.on(HttpMethod.POST, "/api/signout", visit -> passage.withBody(visit, body -> account(visit)));
        router.below(HttpMethod.POST, "/api/blobs/", visit -> passage.withBody(visit, body -> manage(visit, body)));
        router.below(HttpMethod.HEAD, "/api/blobs/", visit -> withKey(visit, it -> manage(it, new byte[0])));
    }

    private void withKey(Visit visit, Router.Route route) {
        if (passage.mayCall(visit)) {
            route.serve(visit);
        }
    }

    private static void getAndHead(Router router, String path, Router.Route route) {
        router.on(HttpMethod.GET, path, route).on(HttpMethod.HEAD, path, route);
    }

    private void tags(Visit visit) {
        ClientKey.Rights rights = passage.rights(visit);
        List<Model> ours = visible(rights);
        models.ollama()
                .ifPresentOrElse(
                        server -> theirs(
                                visit,
                                server,
                                "/api/tags",
                                list -> visit.reply(200, Visit.JSON, withOurs(ours, VisibleModels.of(list, rights)))),
                        () -> visit.json(200, "{\"models\":[" + Listing.tagEntries(ours, since) + "]}"));
    }

    private List<Model> visible(ClientKey.Rights rights) {
        return models.known().stream()
                .filter(model -> rights.mayUse(model.name()))
                .toList();
    }

    /** What the server answers, where it is an answer; anything else goes to the client as it is. */
    private void theirs(Visit visit, Provider server, String path, Consumer<byte[]> then) {
        passage.fetch(visit, server, "GET", path, new byte[0], answer -> {
            if (answer.status() == 200) {
                then.accept(answer.body());
            } else {
                visit.reply(answer.status(), Visit.JSON, answer.body());
            }
        });
    }

    /** The server's own list with the models that only the settings know put behind it. */
    private byte[] withOurs(List<Model> ours, byte[] theirs) {
        return ours.isEmpty() ? theirs : JoinedTags.of(theirs, Listing.tagEntries(ours, since));
    }

    private void running(Visit visit) {
        ClientKey.Rights rights = passage.rights(visit);
        models.ollama()
                .ifPresentOrElse(
                        server -> theirs(
                                visit,
                                server,
                                "/api/ps",
                                list -> visit.reply(200, Visit.JSON, VisibleModels.of(list, rights))),
                        () -> visit.reply(
                                200, Visit.JSON, Listing.running(visible(rights), since.plus(3650, ChronoUnit.DAYS))));
    }

    private void show(Visit visit, byte[] body) {
        Optional<NamedModel> asked = named(visit, () -> NamedModel.toShow(body));
        if (asked.isEmpty()) {
            return;
        }
        String name = asked.get().name();
        if (!passage.rights(visit).mayUse(name)) {
            unknown(visit, name);
            return;
        }
        if (asksItsServer(visit, body)) {
            return;
        }
        Optional<Model> ours = models.find(name);
        if (ours.isPresent()) {
            visit.reply(200, Visit.JSON, Listing.show(ours.get(), since));
            return;
        }
        models.ollama().ifPresentOrElse(server -> passage.forward(visit, server, body), () -> unknown(visit, name));
    }

    private void pull(Visit visit, byte[] body) {
        Optional<NamedModel> asked = named(visit, () -> NamedModel.toPull(body));
        if (asked.isEmpty()) {
            return;
        }
        String name = asked.get().name();
        if (!passage.rights(visit).mayUse(name)) {
            unknown(visit, name);
            return;
        }
        boolean free = passage.rights(visit).models().isEmpty();
        if (free && models.ollama().isPresent() && asksItsServer(visit, body)) {
            return;
        }
        if (models.find(name).isEmpty()) {
            models.ollama().ifPresentOrElse(server -> passage.forward(visit, server, body), () -> unknown(visit, name));
            return;
        }
        String success = "{\"status\":\"success\"}";
        if (asked.get().stream()) {
            visit.reply(
                    200,
                    NDJSON,
                    ("{\"status\":\"pulling manifest\"}\n" + success + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            visit.reply(200, "application/json", success.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void manage(Visit visit, byte[] body) {
        if (!passage.rights(visit).models().isEmpty()) {
            visit.json(403, "{\"error\":\"this key may ask some models and change none\"}");
            return;
        }
        if (models.ollama().isPresent() && asksItsServer(visit, body)) {
            return;
        }
        models.ollama()
                .ifPresentOrElse(
                        server -> passage.forward(visit, server, body),
                        () -> visit.json(
                                403,
                                "{\"error\":\"models are set up in the gateway's settings and cannot be changed here\"}"));
    }

    /** Hands a request about a model that an Ollama has to that very one, under the name that it has there. */
    private boolean asksItsServer(Visit visit, byte[] body) {
        Optional<ManagedModel> about = ManagedModel.read(visit.path(), body)
                .filter(model -> passage.rights(visit).mayUse(model.name()));
        Optional<Models.Seat> seat = about.map(ManagedModel::name).flatMap(models::atOllama);
        seat.ifPresent(at -> ask(visit, body, about.orElseThrow(), at));
        return seat.isPresent();
    }

    /** Whoever deletes an alias hardly means to delete the model behind it, which may have other names, too. */
    private void ask(Visit visit, byte[] body, ManagedModel about, Models.Seat seat) {
        if (visit.path().equals("/api/delete") && !seat.isCalled(about.name())) {
            String words = "'" + about.name() + "' is a name of the gateway's settings for '" + seat.model()
                    + "'; delete that one, or take the name out of the settings";
            visit.reply(403, Visit.JSON, Json.object(json -> json.writeStringProperty("error", words)));
            return;
        }
        passage.forward(visit, seat.server(), about.renamed(body, seat.model()));
    }

    private void account(Visit visit) {
        visit.json(401, "{\"error\":\"unauthorized\"}");
    }

    private static void unknown(Visit visit, String name) {
        visit.reply(
                404,
                Visit.JSON,
                Json.object(json -> json.writeStringProperty("error", "model '" + name + "' not found")));
    }

    /** Reads which model a body names; answers itself and gives nothing where it names none. */
    private static Optional<NamedModel> named(Visit visit, Supplier<NamedModel> reading) {
        try {
            return Optional.of(reading.get());
        } catch (GatewayException refusal) {
            byte[] error = Json.object(
                    json -> json.writeStringProperty("error", refusal.failure().message()));
            visit.reply(400, Visit.JSON, error);
            return Optional.empty();
        }
    }
}
