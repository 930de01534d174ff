package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;

/** Ways in which a provider fails or lies. */
public final class Scripts {
    private static final String JSON = "application/json";

    private Scripts() {}

    /** How a connection ends before its time. */
    public enum Cut {
        FIN,
        RST
    }

    public static Script status(int status, String message, String... headers) {
        return visit -> visit.reply(
                status,
                JSON,
                visit.request().ollama()
                        ? "{\"error\":\"" + message + "\"}"
                        : "{\"error\":{\"message\":\"" + message
                                + "\",\"type\":\"scripted\",\"param\":null,\"code\":null}}",
                headers);
    }

    /** Says nothing at all until the client leaves. */
    public static Script silent() {
        return visit -> visit.sawHangUp(Duration.ofSeconds(60));
    }

    /** The head and lifecycle frames come, content never does. */
    public static Script headThenSilence() {
        return visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            visit.send(visit.request().ollama() ? "\n" : ": keep-alive\n\n");
            visit.sawHangUp(Duration.ofSeconds(60));
        };
    }

    public static Script drop(Cut how) {
        return visit -> cut(visit, how);
    }

    /** So many bytes of the body of a good answer, and then the end. */
    public static Script cutAt(Answers answer, int bytes, Cut how) {
        return visit -> {
            byte[] body = answer.body(visit.request());
            visit.begin(200, visit.request().stream() ? Answers.contentType(visit.request()) : JSON);
            visit.send(Arrays.copyOf(body, Math.min(bytes, body.length)));
            visit.pause(Duration.ofMillis(30)); // A reset would overtake what the client has not read yet.
            cut(visit, how);
        };
    }

    /** So many frames of a good answer, and then the end. */
    public static Script cutAfter(Answers answer, int frames, Cut how) {
        return visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            for (String frame : answer.frames(visit.request()).subList(0, frames)) {
                visit.send(frame);
            }
            visit.pause(Duration.ofMillis(30)); // A reset would overtake what the client has not read yet.
            cut(visit, how);
        };
    }

    /** So many frames of a good answer, and then nothing more until the client leaves. */
    public static Script thenWaits(Answers answer, int frames) {
        return visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            for (String frame : answer.frames(visit.request()).subList(0, frames)) {
                visit.send(frame);
            }
            visit.sawHangUp(Duration.ofSeconds(60));
        };
    }

    /** So many frames of a good answer, and the rest of it, at the answer's own pace, once it is let go. */
    public static Script held(Answers answer, int frames, CountDownLatch go) {
        return visit -> {
            List<String> all = answer.frames(visit.request());
            visit.begin(200, Answers.contentType(visit.request()));
            for (String frame : all.subList(0, frames)) {
                visit.send(frame);
            }
            go.await();
            answer.charge(visit);
            for (String frame : all.subList(frames, all.size())) {
                visit.send(frame);
                visit.pause(answer.between());
            }
            visit.end();
        };
    }

    /** So many frames of a good answer, then these bytes, then the body's clean end. */
    public static Script thenSends(Answers answer, int frames, String bytes) {
        return visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            for (String frame : answer.frames(visit.request()).subList(0, frames)) {
                visit.send(frame);
            }
            visit.send(bytes);
            visit.end();
        };
    }

    private static void cut(Visit visit, Cut how) throws IOException {
        switch (how) {
            case FIN -> visit.close();
            case RST -> visit.reset();
        }
    }

    /** Status 200 with this body, whatever was asked. */
    public static Script body(String type, String body) {
        return visit -> {
            visit.begin(200, type);
            visit.send(body);
            visit.end();
        };
    }

    /** The same few bytes again and again until so many have gone or the client has left. */
    public static Script flood(int status, String type, String start, String again, long bytes) {
        return visit -> {
            visit.begin(status, type);
            visit.send(start);
            byte[] block = again.repeat(Math.max(1, 32_768 / again.length())).getBytes(StandardCharsets.UTF_8);
            for (long sent = 0; sent < bytes; sent += block.length) {
                visit.send(block);
            }
            visit.end();
        };
    }

    /** A good answer in single bytes, so that every character and frame is split. */
    public static Script byteByByte(Answers answer) {
        return visit -> {
            answer.charge(visit);
            byte[] body = answer.body(visit.request());
            visit.begin(200, visit.request().stream() ? Answers.contentType(visit.request()) : JSON);
            for (byte one : body) {
                visit.send(new byte[] {one});
            }
            visit.end();
        };
    }

    public static Script gzipped(Answers answer) {
        return visit -> {
            answer.charge(visit);
            packed(visit, gzip(answer.body(visit.request())));
        };
    }

    /** Half of a packed answer, and the body's clean end. */
    public static Script gzippedHalf(Answers answer) {
        return visit -> {
            byte[] all = gzip(answer.body(visit.request()));
            packed(visit, Arrays.copyOf(all, all.length / 2));
        };
    }

    /** A small packed answer that is a huge one, of so many bytes, once it is unpacked. */
    public static Script gzippedFlood(long bytes) {
        return visit -> {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write("{\"x\":\"".getBytes(StandardCharsets.UTF_8));
                byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
                for (long written = 0; written < bytes; written += block.length) {
                    gzip.write(block);
                }
            }
            packed(visit, packed.toByteArray());
        };
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static void packed(Visit visit, byte[] body) throws IOException {
        String type = visit.request().stream() ? Answers.contentType(visit.request()) : JSON;
        visit.reply(200, type, body, "content-encoding: gzip");
    }

    /** Blank lines and comments first, as providers send them while they think. */
    public static Script patiently(Answers answer, int signs, Duration between) {
        return visit -> {
            boolean stream = visit.request().stream();
            visit.begin(200, stream ? Answers.contentType(visit.request()) : JSON);
            for (int i = 0; i < signs; i++) {
                visit.send(stream && !visit.request().ollama() ? ": keep-alive\n\n" : "\n");
                visit.pause(between);
            }
            answer.charge(visit);
            visit.send(answer.body(visit.request()));
            visit.end();
        };
    }

    /** Different ways in turn; the last one for good. */
    public static Script inTurn(Script... scripts) {
        List<Script> left = new ArrayList<>(List.of(scripts));
        return visit -> {
            Script now;
            synchronized (left) {
                now = left.size() > 1 ? left.removeFirst() : left.getFirst();
            }
            now.play(visit);
        };
    }
}
