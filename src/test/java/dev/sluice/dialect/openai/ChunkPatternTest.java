package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.ROLE;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.streamedWithUsage;
import static dev.sluice.dialect.openai.Calls.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkPatternTest {
    private static final Receipt NOTE = _ -> Optional.of(new RawJson("{\"cost\":1}"));
    private static final List<String> TEXTS = List.of(
            "Hello",
            " ",
            "",
            "안녕하세요",
            " 😀",
            "a\\nb",
            "\\\"",
            "\\uac00",
            "\u3000",
            "\u2028",
            "x".repeat(300),
            "\\",
            "\u0001");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static ChunkPattern learnt(String before, String after) {
        ChunkPattern pattern = new ChunkPattern();
        byte[] frame = bytes(before + "old" + after);
        int from = bytes(before).length;
        pattern.learn(frame, 0, frame.length, from, from + 3, bytes("<"), bytes(">"));
        return pattern;
    }

    private int pass(ChunkPattern pattern, byte[] frame) {
        return pattern.pass(frame, 0, frame.length, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "안녕 😀", "x", "\u007f", "é", "\uffff"})
    void takesTheSameBytesAroundAnotherTextForTheSame(String text) {
        assertThat(pass(learnt("{\"c\":\"", "\"}"), bytes("{\"c\":\"" + text + "\"}")))
                .isEqualTo(text.length());
        assertThat(text(out.toByteArray())).isEqualTo("<" + text + ">");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"c\":\"a\"b\"}",
                "{\"c\":\"a\\nb\"}",
                "{\"c\":\"a\tb\"}",
                "{\"d\":\"ab\"}",
                "{\"c\":\"ab\"]",
                "{\"c\":\"}",
                "{\"c\":\"\", \"c\":\"\"}",
                ""
            })
    void leavesEverythingElseToTheParser(String frame) {
        assertThat(pass(learnt("{\"c\":\"", "\"}"), bytes(frame))).isEqualTo(ChunkPattern.NO_MATCH);
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "C0AF",
                "C1BF",
                "C3",
                "E0 9F BF",
                "E3 81",
                "ED A0 80",
                "F0 8F BF BF",
                "F4 90 80 80",
                "F5 80 80 80",
                "EA B0",
                "EA 41 80",
                "F0 9F 98 41",
                "FF"
            })
    void leavesBytesThatAreNoCharactersToTheParser(String hex) {
        byte[] wrong = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] frame = new byte[wrong.length + 2];
        frame[0] = '[';
        System.arraycopy(wrong, 0, frame, 1, wrong.length);
        frame[frame.length - 1] = ']';
        assertThat(pass(learnt("[", "]"), frame)).isEqualTo(ChunkPattern.NO_MATCH);
    }

    @Test
    void losesItsCuriosityWhenNothingEverFits() {
        ChunkPattern pattern = learnt("[", "]");
        for (int more = 0; more < 100; more++) {
            byte[] frame = bytes(more + "[old]");
            pattern.learn(frame, 0, frame.length, 3, 4, bytes("<"), bytes(">"));
        }
        assertThat(pattern.isCurious()).isFalse();
        ChunkPattern useful = learnt("[", "]");
        for (int more = 0; more < 100; more++) {
            assertThat(pass(useful, bytes("[x]"))).isEqualTo(1);
            useful.learn(bytes("[x]"), 0, 3, 1, 2, bytes("<"), bytes(">"));
        }
        assertThat(useful.isCurious()).isTrue();
    }

    /**
     * A comment in a frame makes the relay parse it; without it the relay may do as it did with the frame before. The
     * client must see no difference, and the gateway must not either.
     */
    @Test
    void aStreamLooksTheSameWhetherItsChunksAreParsedOrNot() {
        long seed = System.nanoTime();
        System.out.println("ChunkPatternTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            Inbound inbound = random.nextBoolean() ? streamed() : streamedWithUsage();
            Receipt receipt = random.nextBoolean() ? Receipt.NONE : NOTE;
            Relay quick = BACK.passThrough(inbound, plain(), receipt);
            Relay careful = BACK.passThrough(inbound, plain(), receipt);
            for (byte[] frame : stream(random)) {
                assertThat(text(quick.feed(frame))).isEqualTo(text(careful.feed(commented(frame))));
                assertSame(quick, careful);
            }
            assertThat(text(quick.end())).isEqualTo(text(careful.end()));
            assertSame(quick, careful);
        }
    }

    private static void assertSame(Relay quick, Relay careful) {
        assertThat(quick.charactersSeen()).isEqualTo(careful.charactersSeen());
        assertThat(quick.contentSeen()).isEqualTo(careful.contentSeen());
        assertThat(quick.complete()).isEqualTo(careful.complete());
        assertThat(quick.usage()).isEqualTo(careful.usage());
        assertThat(quick.answeredBy()).isEqualTo(careful.answeredBy());
        assertThat(quick.failure().map(Object::toString))
                .isEqualTo(careful.failure().map(Object::toString));
    }

    private static byte[] commented(byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes(":\n"));
        all.writeBytes(frame);
        return all.toByteArray();
    }

    private static List<byte[]> stream(Random random) {
        List<byte[]> frames = new ArrayList<>();
        String model = random.nextBoolean() ? "alias" : "other";
        boolean saysNull = random.nextBoolean();
        if (random.nextBoolean()) {
            frames.add(bytes(ROLE));
        }
        int count = random.nextInt(40);
        for (int number = 0; number < count; number++) {
            frames.add(frame(random, model, saysNull));
        }
        if (random.nextInt(4) > 0) {
            frames.add(bytes(DONE));
        }
        return frames;
    }

    private static byte[] frame(Random random, String model, boolean saysNull) {
        String text = TEXTS.get(random.nextInt(random.nextInt(10) == 0 ? TEXTS.size() : 5));
        String delta = random.nextInt(8) == 0 ? odd(random, text) : "{\"content\":\"" + text + "\"}";
        String json = "{\"id\":\"" + rarely(random, "c2", "c1") + "\",\"created\":" + rarely(random, "8", "7")
                + ",\"model\":\"" + rarely(random, "third", model) + "\",\"choices\":[{\"index\":"
                + rarely(random, "1", "0") + ",\"delta\":" + delta
                + rarely(random, ",\"logprobs\":{\"content\":[]}", "")
                + ",\"finish_reason\":" + rarely(random, "\"stop\"", "null") + "}]"
                + (saysNull ? ",\"usage\":null" : "")
                + rarely(random, ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}", "")
                + "}";
        byte[] frame = bytes("data: " + json + "\n\n");
        if (random.nextInt(200) == 0) {
            frame[random.nextInt(frame.length - 2)] = (byte) random.nextInt(256);
        }
        return frame;
    }

    private static String rarely(Random random, String rare, String usual) {
        return random.nextInt(30) == 0 ? rare : usual;
    }

    private static String odd(Random random, String text) {
        return switch (random.nextInt(7)) {
            case 0 -> "{\"reasoning_content\":\"" + text + "\"}";
            case 1 -> "{\"content\":\"" + text + "\",\"reasoning\":\"" + text + "\"}";
            case 2 -> "{\"content\":\"x\",\"content\":\"" + text + "\"}";
            case 3 -> "{\"role\":\"assistant\",\"content\":\"" + text + "\"}";
            case 4 -> "{\"refusal\":\"" + text + "\"}";
            case 5 -> "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
            default -> "{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}";
        };
    }
}
