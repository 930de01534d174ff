package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A text without its long plain stretches says the same as the whole. */
class AbridgedTest {
    private static final String[] PIECES = {
        "\\n", "\\\"", "\\\\", "\\u00e9", "한글", "é", "😀", " ", "{", "[", "}", ":", ",", "\u007f", "x"
    };

    private final Random random;

    AbridgedTest() {
        long seed = System.nanoTime();
        System.out.println("AbridgedTest seed " + seed);
        random = new Random(seed);
    }

    /** What a parser sees, and where: each token with its places, strings by their first characters. */
    private record Sight(JsonToken token, String start, int from, int to) {}

    private static List<Sight> sights(byte[] text, IntUnaryOperator place) {
        List<Sight> sights = new ArrayList<>();
        try (JsonParser parser = Json.parser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String value = parser.getString();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.finishToken();
                int to = (int) parser.currentLocation().getByteOffset();
                sights.add(new Sight(
                        token,
                        value.substring(0, Math.min(50, value.length())),
                        place.applyAsInt(from),
                        place.applyAsInt(to)));
            }
        }
        return sights;
    }

    private String words() {
        StringBuilder words = new StringBuilder();
        int parts = random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            words.append("plain ".repeat(random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(20)));
            words.append(PIECES[random.nextInt(PIECES.length)].repeat(random.nextInt(3)));
        }
        return words.toString();
    }

    private byte[] text() {
        StringBuilder json = new StringBuilder("{ ");
        int members = random.nextInt(6);
        for (int i = 0; i < members; i++) {
            json.append('"').append("name").append(i).append("\" : ");
            switch (random.nextInt(4)) {
                case 0 -> json.append(random.nextLong());
                case 1 -> json.append("[\"").append(words()).append("\", true,\n null]");
                case 2 -> json.append("{\"in\":\"").append(words()).append("\"}");
                default -> json.append('"').append(words()).append('"');
            }
            json.append(" , ");
        }
        return json.append("\"end\":\"")
                .append("y".repeat(20_000))
                .append("\"}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void hasTheSameTokensAtTheSamePlaces() {
        int abridged = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] whole = text();
            Optional<Abridged> left = Abridged.of(whole);
            if (left.isPresent()) {
                abridged++;
                assertThat(left.get().bytes().length).isLessThanOrEqualTo(whole.length / 2 + 1);
                assertThat(sights(left.get().bytes(), left.get()::inTheWhole)).isEqualTo(sights(whole, place -> place));
            }
        }
        assertThat(abridged).isGreaterThan(500);
    }

    @Test
    void isBrokenWhereverTheWholeIs() {
        int broken = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] whole = text();
            int at = random.nextInt(whole.length);
            switch (random.nextInt(3)) {
                case 0 -> whole[at] = (byte) random.nextInt(256);
                case 1 -> whole[at] = (byte) "\"\\{}[],:\n".charAt(random.nextInt(9));
                default -> whole = Arrays.copyOf(whole, at);
            }
            Optional<Abridged> left = Abridged.of(whole);
            if (left.isPresent()) {
                boolean wrong = isBroken(whole);
                broken += wrong ? 1 : 0;
                assertThat(isBroken(left.get().bytes())).isEqualTo(wrong);
            }
        }
        assertThat(broken).isGreaterThan(100);
    }

    private static boolean isBroken(byte[] text) {
        try {
            sights(text, place -> place);
            return false;
        } catch (JacksonException _) {
            return true;
        }
    }

    @Test
    void aStringThatLostSomethingIsStillLong() {
        String value = "a".repeat(5 * Abridged.LONG);
        byte[] left = Abridged.of(("{\"a\":\"" + value + "\",\"b\":\"" + "b".repeat(2 * Abridged.LONG) + "\"}")
                        .getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .bytes();
        assertThat(new String(left, StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":\"" + "a".repeat(Abridged.LONG) + "\",\"b\":\"" + "b".repeat(2 * Abridged.LONG)
                        + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"한글 문장입니다. ", "line\\n", "\\u0041"})
    void isNotTriedForLongOnATextWithoutPlainStretches(String piece) {
        byte[] text = ("{\"a\":\"" + piece.repeat(5_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(Abridged.of(text)).isEmpty();
    }
}
