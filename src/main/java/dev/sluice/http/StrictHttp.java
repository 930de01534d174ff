package dev.sluice.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/** Requests whose length or addressee two servers could read differently are refused before anything reads them. */
final class StrictHttp {
    private StrictHttp() {}

    static boolean isAmbiguous(HttpServerRequest request) {
        List<String> lengths = request.headers().getAll("content-length");
        List<String> encodings = request.headers().getAll("transfer-encoding");
        if (lengths.size() > 1 || encodings.size() > 1 || (!lengths.isEmpty() && !encodings.isEmpty())) {
            return true;
        }
        if (!lengths.isEmpty() && !lengths.getFirst().chars().allMatch(c -> c >= '0' && c <= '9')) {
            return true;
        }
        if (!encodings.isEmpty() && !encodings.getFirst().equalsIgnoreCase("chunked")) {
            return true;
        }
        int hosts = request.headers().getAll("host").size();
        return hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1);
    }
}
