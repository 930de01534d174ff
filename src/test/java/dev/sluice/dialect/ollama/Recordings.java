package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.SharedData;
import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a real Ollama 0.17.4 has answered, and small things that all tests of this room need. */
final class Recordings {
    static final JsonMapper TREES = JsonMapper.shared();
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00.1787093Z");

    private static final Pattern CUT_BY_THE_RECORDER = Pattern.compile("\\.\\.\\.\\(\\d+( characters)?\\)$");
    private static final String END_OF_CHUNKS = "<<end of chunks>>";

    private Recordings() {}

    /** One call and its answer. */
    record Recording(String name, Endpoint endpoint, byte[] request, int status, String contentType, byte[] answer) {
        boolean isStream() {
            return contentType.equals(OllamaFront.STREAM);
        }

        String text() {
            return new String(answer, UTF_8);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All calls of the routes that this room serves, whole ones only; the recorder has cut very long texts. */
    static List<Recording> all() {
        List<Recording> all = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(SharedData.file("servers/ollama-0.17.4.jsonl"))) {
                JsonNode entry = TREES.readTree(line);
                String body = entry.at("/request/body").asString();
                for (Endpoint endpoint : Endpoint.values()) {
                    if (endpoint.dialect() == Dialect.OLLAMA
                            && endpoint.path().equals(entry.at("/request/path").asString())
                            && entry.at("/request/method").asString().equals("POST")
                            && !CUT_BY_THE_RECORDER.matcher(body).find()) {
                        add(all, entry, endpoint, body);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static void add(List<Recording> all, JsonNode entry, Endpoint endpoint, String body) {
        StringBuilder answer = new StringBuilder();
        for (JsonNode chunk : entry.at("/response/chunks")) {
            if (!chunk.asString().equals(END_OF_CHUNKS)) {
                answer.append(chunk.asString());
            }
        }
        String contentType = "";
        for (JsonNode header : entry.at("/response/headers")) {
            if (header.get(0).asString().equals("Content-Type")) {
                contentType = header.get(1).asString();
            }
        }
        if (CUT_BY_THE_RECORDER.matcher(answer).find()) {
            return;
        }
        all.add(new Recording(
                entry.get("name").asString(),
                endpoint,
                body.getBytes(UTF_8),
                entry.at("/response/status").asInt(),
                contentType,
                answer.toString().getBytes(UTF_8)));
    }

    static List<Recording> streams() {
        return all().stream().filter(Recording::isStream).toList();
    }

    static Recording named(String name) {
        return all().stream()
                .filter(recording -> recording.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Target target(String model) {
        return target(model, OptionalLong.empty());
    }

    static Target target(String model, OptionalLong cap) {
        return new Target("local", Dialect.OLLAMA, model, Profile.PLAIN, 4096, cap);
    }

    /** A call that was sent after 1 ms, had its first token after 3 ms and is 10 ms old. */
    static final class FixedClock implements AnswerClock {
        @Override
        public Instant now() {
            return NOON;
        }

        @Override
        public long sinceArrival() {
            return 10_000_000;
        }

        @Override
        public long untilSent() {
            return 1_000_000;
        }

        @Override
        public long untilFirstContent() {
            return 3_000_000;
        }
    }
}
