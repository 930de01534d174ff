package dev.sluice.http.server;

import dev.sluice.pipeline.client.OwnHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Requests whose length or addressee two servers could read differently are refused before anything reads them. */
final class StrictHttp {
    /** Headers of which one value counts. Two hops that take different ones would disagree about whose call it is. */
    private static final List<CharSequence> SINGLE = Stream.of(
                    "authorization",
                    "x-api-key",
                    "api-key",
                    "idempotency-key",
                    OwnHeaders.AGENT,
                    OwnHeaders.BLANK_LINES,
                    OwnHeaders.JOB,
                    OwnHeaders.MAX_COST,
                    OwnHeaders.RUN,
                    OwnHeaders.TIMEOUT,
                    OwnHeaders.USER)
            .map(HttpHeaders::createOptimized)
            .toList();

    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?#@]+)(/.*)?");

    private StrictHttp() {}

    /** A header that is given twice and may not be. */
    static Optional<String> givenTwice(HttpServerRequest request) {
        MultiMap headers = request.headers();
        for (CharSequence name : SINGLE) {
            if (headers.contains(name) && headers.getAll(name).size() > 1) {
                return Optional.of(name.toString());
            }
        }
        return Optional.empty();
    }

    /** The host and port in a target that is a whole address, as clients send one to a proxy. */
    static Optional<String> authority(HttpServerRequest request) {
        if (request.uri().startsWith("/")) {
            return Optional.empty();
        }
        Matcher absolute = ABSOLUTE.matcher(request.uri());
        return absolute.matches() ? Optional.of(absolute.group(1)) : Optional.empty();
    }

    /** Whether it expects what no server can promise; of the old protocol nothing is expected (RFC 9110, 10.1.1). */
    static boolean expectsTheUnknown(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && request.headers().getAll(HttpHeaders.EXPECT).stream()
                        .anyMatch(expected -> !expected.equalsIgnoreCase("100-continue"));
    }

    /** Whether it waits to be told to go on before it sends its body. */
    static boolean waits(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1 && request.headers().contains(HttpHeaders.EXPECT);
    }

    /** Why two servers could read the request differently; empty where they could not. */
    static Optional<String> ambiguity(HttpServerRequest request) {
        List<String> lengths = request.headers().getAll("content-length");
        List<String> encodings = request.headers().getAll("transfer-encoding");
        if (lengths.size() + encodings.size() > 1) {
            return Optional.of("the length of the body is given twice; give one Content-Length, or chunks");
        }
        if (!lengths.isEmpty() && !lengths.getFirst().chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of("Content-Length is not a whole number in digits");
        }
        if (!encodings.isEmpty() && !encodings.getFirst().equalsIgnoreCase("chunked")) {
            return Optional.of("no Transfer-Encoding but 'chunked' is taken");
        }
        if (!request.uri().startsWith("/") && authority(request).isEmpty()) {
            return Optional.of("the target is neither a path nor a whole http address");
        }
        if (request.headers().contains("")) {
            return Optional.of("a header has no name");
        }
        int hosts = request.headers().getAll("host").size();
        if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
            return Optional.of("a request has one Host header");
        }
        return Optional.empty();
    }
}
