package dev.sluice.http.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route for a request, and answers as Ollama does where there is none. Immutable once built. */
public final class Router {
    private final Map<String, Map<HttpMethod, Route>> exact = new HashMap<>();
    private final Map<String, Map<HttpMethod, Route>> prefixes = new LinkedHashMap<>();

    /** Answers a request. */
    @FunctionalInterface
    public interface Route {
        void serve(Visit visit);
    }

    /** A route for exactly this path. */
    public Router on(HttpMethod method, String path, Route route) {
        exact.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(method, route);
        return this;
    }

    /** A route for everything below {@code prefix}, which ends in a slash. */
    public Router below(HttpMethod method, String prefix, Route route) {
        prefixes.computeIfAbsent(prefix, _ -> new LinkedHashMap<>()).put(method, route);
        return this;
    }

    void serve(LaneServer lane, HttpServerRequest request, String path, String id) {
        Map<HttpMethod, Route> routes = exact.get(path);
        if (routes != null) {
            serve(routes, new Visit(lane, request, id, path, ""));
            return;
        }
        if (path.length() > 1 && path.endsWith("/") && exact.containsKey(path.substring(0, path.length() - 1))) {
            redirect(new Visit(lane, request, id, path.substring(0, path.length() - 1), ""));
            return;
        }
        for (Map.Entry<String, Map<HttpMethod, Route>> prefix : prefixes.entrySet()) {
            if (path.startsWith(prefix.getKey())) {
                serve(
                        prefix.getValue(),
                        new Visit(
                                lane,
                                request,
                                id,
                                path,
                                path.substring(prefix.getKey().length())));
                return;
            }
        }
        missing(new Visit(lane, request, id, path, ""));
    }

    private static void serve(Map<HttpMethod, Route> routes, Visit visit) {
        Route route = routes.get(visit.request().method());
        if (route != null) {
            StrictHttp.givenTwice(visit.request())
                    .ifPresentOrElse(
                            header -> ErrorForm.reply(
                                    visit, 400, "the header '" + header + "' is given twice; give it once"),
                            () -> route.serve(visit));
            return;
        }
        TreeSet<String> allowed = new TreeSet<>();
        routes.keySet().forEach(method -> allowed.add(method.name()));
        visit.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        if (ErrorForm.isOpenAis(visit)) {
            ErrorForm.reply(
                    visit,
                    405,
                    "this route does not take " + visit.request().method() + "; use " + String.join(" or ", allowed));
        } else {
            visit.text(405, "405 method not allowed");
        }
    }

    /** Every route as its method and path, such as {@code GET /stats}; a path that ends in a slash stands for all below. */
    public List<String> table() {
        List<String> table = new ArrayList<>();
        List.of(exact, prefixes)
                .forEach(part -> part.forEach(
                        (path, routes) -> routes.keySet().forEach(method -> table.add(method.name() + ' ' + path))));
        return table;
    }

    /** Which methods a path takes; empty where there is no such path. */
    Optional<String> methods(String path) {
        return Optional.ofNullable(exact.get(path))
                .map(routes -> routes.keySet().iterator().next().name());
    }

    private static void redirect(Visit visit) {
        boolean get = visit.request().method().equals(HttpMethod.GET);
        visit.response().putHeader(HttpHeaders.LOCATION, visit.path());
        String page = get ? "<a href=\"" + visit.path() + "\">Moved Permanently</a>.\n\n" : "";
        visit.reply(get ? 301 : 307, get ? "text/html; charset=utf-8" : "", page.getBytes(StandardCharsets.UTF_8));
    }

    private static void missing(Visit visit) {
        if (ErrorForm.isOpenAis(visit)) {
            ErrorForm.reply(visit, 404, "there is no such route; docs/openai.md lists those that exist");
        } else {
            visit.text(404, "404 page not found");
        }
    }
}
