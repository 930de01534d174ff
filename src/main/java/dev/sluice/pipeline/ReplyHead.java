package dev.sluice.pipeline;

import java.util.List;

/** Status, media type and further headers of a reply. */
public record ReplyHead(int status, String contentType, List<Header> headers) {

    /** One header; the name in lower case. */
    public record Header(String name, String value) {}
}
