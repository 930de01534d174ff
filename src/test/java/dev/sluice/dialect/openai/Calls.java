package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Piece;
import dev.sluice.time.HandClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What the tests of this room have in common. */
final class Calls {
    static final OpenAiFront FRONT = new OpenAiFront();
    static final OpenAiBack BACK = new OpenAiBack(new HandClock("2026-05-06T07:08:09Z"));
    static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private Calls() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static Inbound chat(String members) {
        return FRONT.read(Endpoint.OPENAI_CHAT, bytes("{\"model\":\"alias\"," + MESSAGES + members + "}"));
    }

    static Inbound streamed() {
        return chat(",\"stream\":true");
    }

    static Inbound streamedWithUsage() {
        return chat(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    }

    static Target target(Profile profile) {
        return new Target("somewhere", Dialect.OPENAI, "real", profile, 0, OptionalLong.empty());
    }

    static Target plain() {
        return target(Profile.PLAIN);
    }

    static Profile profile(Profile.ThinkingStyle thinking, boolean schemas, boolean open, Set<String> dropped) {
        return new Profile(thinking, schemas, open, false, false, dropped, false, false);
    }

    static Relay relay(Inbound inbound) {
        return BACK.passThrough(inbound, plain(), Receipt.NONE);
    }

    /** Everything the relay gives out when the bytes come in pieces of this size. */
    static String through(Relay relay, byte[] bytes, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += size) {
            out.writeBytes(relay.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size))));
        }
        out.writeBytes(relay.end());
        return out.toString(StandardCharsets.UTF_8);
    }

    static String through(Relay relay, String text) {
        return through(relay, bytes(text), Integer.MAX_VALUE / 2);
    }

    /** Everything the relay gives out when the bytes are cut once. */
    static String cut(Relay relay, byte[] bytes, int at) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(relay.feed(Arrays.copyOfRange(bytes, 0, at)));
        out.writeBytes(relay.feed(Arrays.copyOfRange(bytes, at, bytes.length)));
        out.writeBytes(relay.end());
        return out.toString(StandardCharsets.UTF_8);
    }

    static List<Piece> pieces(AnswerReader reader, byte[] bytes, int size) {
        List<Piece> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            reader.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)), pieces::add);
        }
        reader.end(pieces::add);
        return pieces;
    }

    static String data(String json) {
        return "data: " + json + "\n\n";
    }

    static String chunk(String delta, String finish) {
        return data("{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"alias\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}");
    }

    static final String DONE = "data: [DONE]\n\n";
    static final String ROLE = chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    static final String HELLO = chunk("{\"content\":\"Hello 안녕 😀\"}", "null");
    static final String STOP = chunk("{}", "\"stop\"");

    static String usage(String usage) {
        return data(
                "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"alias\",\"choices\":[],"
                        + "\"usage\":" + usage + "}");
    }

    /** A clock that stands still. */
    static final class StillClock implements AnswerClock {
        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1_700_000_000);
        }

        @Override
        public long sinceArrival() {
            return 3;
        }

        @Override
        public long untilSent() {
            return 1;
        }

        @Override
        public long untilFirstContent() {
            return 2;
        }
    }
}
