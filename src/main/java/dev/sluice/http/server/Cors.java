package dev.sluice.http.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.Supplier;

/** Cross-origin calls, header for header as Ollama answers them. */
public final class Cors {
    private static final String HEADERS = "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,"
            + "X-Stainless-Arch,X-Stainless-Async,X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,"
            + "X-Stainless-Lang,X-Stainless-Os,X-Stainless-Package-Version,X-Stainless-Poll-Helper,"
            + "X-Stainless-Retry-Count,X-Stainless-Runtime,X-Stainless-Runtime-Version,X-Stainless-Timeout";
    private static final String OURS = ",X-Api-Key,Api-Key,X-Sluice-Job,X-Sluice-Run,X-Sluice-Agent,X-Sluice-User,"
            + "X-Sluice-Timeout,X-Sluice-Max-Cost,X-Sluice-Blank-Lines,Idempotency-Key";

    /** What a page may read of our answers; Ollama's own show nothing that needs it. */
    private static final String SHOWN = "X-Request-Id,X-Sluice-Provider,X-Sluice-Model,X-Sluice-Cost,X-Sluice-In-Doubt,"
            + "X-Sluice-Bound,X-Sluice-Budget,X-Sluice-Dropped,X-Sluice-Replayed,X-Should-Retry,Retry-After,"
            + "X-Ratelimit-Limit-Requests,X-Ratelimit-Remaining-Requests,X-Ratelimit-Reset-Requests,"
            + "X-Ratelimit-Limit-Tokens,X-Ratelimit-Remaining-Tokens,X-Ratelimit-Reset-Tokens";

    private static final String METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";

    private final HostGuard guard;

    public Cors(HostGuard guard) {
        this.guard = guard;
    }

    /**
     * @param allowedMethods asked for on a preflight only
     * @return true where the request has been answered: a preflight, or an origin that may not call
     */
    boolean handle(HttpServerRequest request, Supplier<Optional<String>> allowedMethods) {
        Optional<String> origin = Optional.ofNullable(request.getHeader("origin"));
        HttpServerResponse response = request.response();
        if (origin.isEmpty()) {
            return false;
        }
        if (!guard.acceptsOrigin(origin.get())) {
            response.setStatusCode(403).end();
            return true;
        }
        response.putHeader("access-control-allow-origin", origin.get());
        if (!request.method().equals(HttpMethod.OPTIONS)) {
            response.putHeader("vary", "Origin").putHeader("access-control-expose-headers", SHOWN);
            return false;
        }
        allowedMethods.get().ifPresent(methods -> response.putHeader("allow", methods));
        response.headers()
                .add("vary", "Origin")
                .add("vary", "Access-Control-Request-Method")
                .add("vary", "Access-Control-Request-Headers");
        response.putHeader("access-control-allow-headers", HEADERS + OURS)
                .putHeader("access-control-allow-methods", METHODS)
                .putHeader("access-control-max-age", "43200")
                .setStatusCode(204)
                .end();
        return true;
    }
}
