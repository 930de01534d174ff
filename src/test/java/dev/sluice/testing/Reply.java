package dev.sluice.testing;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole reply of the gateway. */
public record Reply(int status, HttpResponse<byte[]> response) {
    private static final Pattern CONTENT = Pattern.compile("\"(?:content|response)\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    public String body() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** "" where there is none. */
    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** All pieces of text joined. */
    public String text() {
        Matcher found = CONTENT.matcher(body());
        List<String> pieces = new ArrayList<>();
        while (found.find()) {
            pieces.add(found.group(1));
        }
        return String.join("", pieces);
    }
}
