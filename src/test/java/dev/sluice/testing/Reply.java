package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** Asserts that it is an answer of before, byte for byte, told as such and for nothing. */
    public void assertReplays(Reply first) {
        assertThat(header("x-sluice-replayed")).isEqualTo("true");
        assertThat(header("x-sluice-cost")).isEqualTo("0");
        assertThat(status()).isEqualTo(first.status());
        assertThat(response().body()).isEqualTo(first.response().body());
        for (String same : List.of("content-type", "cache-control", "x-sluice-provider", "x-sluice-model")) {
            assertThat(header(same)).as(same).isEqualTo(first.header(same));
        }
        assertThat(header("x-request-id")).isNotEqualTo(first.header("x-request-id"));
        assertThat(first.header("x-sluice-replayed")).isEmpty();
    }
}
