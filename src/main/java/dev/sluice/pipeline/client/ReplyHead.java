package dev.sluice.pipeline.client;

import java.util.ArrayList;
import java.util.List;

/** Status, media type and further headers of a reply. */
public record ReplyHead(int status, String contentType, List<Header> headers) {

    /** One header; the name in lower case. */
    public record Header(String name, String value) {}

    /** What every reply carries, then {@code extra}; more may be added. */
    public static List<Header> plain(String requestId, List<Header> extra) {
        List<Header> headers = new ArrayList<>(extra.size() + 6);
        headers.add(new Header("x-request-id", requestId));
        headers.addAll(extra);
        return headers;
    }
}
