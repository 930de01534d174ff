package dev.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as the provider's socket saw it.
 *
 * @param headers by lower-case name
 */
public record UpstreamRequest(String method, String path, Map<String, String> headers, byte[] body) {
    private static final Pattern MODEL = Pattern.compile("\"model\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern STREAM = Pattern.compile("\"stream\"\\s*:\\s*(true|false)");

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public String model() {
        Matcher found = MODEL.matcher(text());
        return found.find() ? found.group(1) : "";
    }

    /** The first part of the path: by it, one server plays many providers. */
    public String provider() {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? path.substring(1) : path.substring(1, slash);
    }

    /** The path below the provider's address. */
    public String route() {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? "" : path.substring(slash);
    }

    public boolean asksModel() {
        return method.equals("POST");
    }

    public boolean ollama() {
        return route().startsWith("/api/");
    }

    public boolean stream() {
        Matcher found = STREAM.matcher(text());
        return found.find() ? found.group(1).equals("true") : ollama() && !route().startsWith("/api/embed");
    }

    public String attemptId() {
        return headers.getOrDefault("x-request-id", "");
    }
}
