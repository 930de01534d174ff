package dev.sluice.http.server;

import dev.sluice.pipeline.client.ReplyHead.Header;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One request to one route, and simple ways to answer it.
 *
 * @param path with a trailing slash taken off
 * @param rest what follows the route's prefix; "" for an exact route
 */
public record Visit(LaneServer lane, HttpServerRequest request, String id, String path, String rest) {

    public static final String JSON = "application/json; charset=utf-8";
    public static final String TEXT = "text/plain";

    public HttpServerResponse response() {
        return request.response();
    }

    /** The first value; letters of the name in any case. Headers of which one value counts come once, see {@link StrictHttp}. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** A whole answer, which ends the visit. */
    public void reply(int status, String contentType, byte[] body) {
        reply(status, contentType, List.of(), body);
    }

    /**
     * A whole answer, which ends the visit; does nothing where the client has gone or has been answered. To a HEAD request
     * only the length of the body goes. To be called on the visit's loop.
     *
     * @param contentType "" for none
     */
    public void reply(int status, String contentType, List<Header> headers, byte[] body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("x-request-id", id);
        if (!contentType.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        }
        headers.forEach(header -> response.putHeader(header.name(), header.value()));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            response.end();
        } else {
            response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(body)));
        }
    }

    /** A whole answer of JSON, which ends the visit. */
    public void json(int status, String body) {
        reply(status, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    void text(int status, String body) {
        reply(status, TEXT, body.getBytes(StandardCharsets.UTF_8));
    }
}
