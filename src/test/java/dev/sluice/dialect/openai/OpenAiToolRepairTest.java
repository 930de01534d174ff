package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.ROLE;
import static dev.sluice.dialect.openai.Calls.STOP;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.chunk;
import static dev.sluice.dialect.openai.Calls.pieces;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.relay;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.through;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tool calls that a server names too often, too late or not at all: the client gets one index, id and name for each. */
class OpenAiToolRepairTest {
    private static final String END = chunk("{}", "\"tool_calls\"") + DONE;

    private static String part(String calls) {
        return chunk("{\"tool_calls\":[" + calls + "]}", "null");
    }

    /** What the client gets of these parts; ids that the gateway made up are called MADE. */
    private static String repaired(String... parts) {
        StringBuilder in = new StringBuilder(ROLE);
        for (String calls : parts) {
            in.append(part(calls));
        }
        String out = through(relay(streamed()), in + STOP + DONE);
        return out.replaceAll("call_[0-9A-Za-z]{24}", "MADE");
    }

    private static String sent(String... parts) {
        StringBuilder all = new StringBuilder(ROLE);
        for (String calls : parts) {
            all.append(part(calls));
        }
        return all + END;
    }

    private static final String FIRST =
            "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}";
    private static final String REST = "{\"index\":0,\"function\":{\"arguments\":\"}\"}}";

    @Test
    void passAsTheyAreWhereNothingIsWrong() { // check 74
        assertThat(repaired(FIRST, REST)).isEqualTo(sent(FIRST, REST));
    }

    @Test
    void loseTheNullsOfLaterParts() { // check 74
        String nulls = "{\"index\":0,\"id\":null,\"type\":null,\"function\":{\"name\":null,\"arguments\":\"}\"}}";
        assertThat(repaired(FIRST, nulls)).isEqualTo(sent(FIRST, REST));
        assertThat(repaired(FIRST, "{\"id\":null,\"type\":null}")).isEqualTo(sent(FIRST, "{\"index\":0}"));
    }

    @Test
    void getAnIdWithTheirFirstPartAndNoneAfterIt() { // check 74
        String nameless = FIRST.replace("\"id\":\"a\",", "");
        String given = nameless.replace("{\"index\"", "{\"id\":\"MADE\",\"index\"");
        assertThat(repaired(nameless, REST)).isEqualTo(sent(given, REST));
        assertThat(repaired(nameless, REST.replace("{\"index\":0", "{\"index\":0,\"id\":\"i0\"")))
                .isEqualTo(sent(given, REST));
        for (String none : List.of("null", "\"\"")) {
            assertThat(repaired(FIRST.replace("\"a\"", none), REST))
                    .isEqualTo(sent(FIRST.replace("\"a\"", "\"MADE\""), REST));
        }
        assertThat(repaired("{}")).contains("[{\"index\":0,\"id\":\"MADE\"}]");
    }

    @Test
    void getWhatComesLate() { // check 74
        String bare = FIRST.replace("\"type\":\"function\",", "");
        String late = REST.replace("{\"index\":0", "{\"index\":0,\"id\":\"a\",\"type\":\"function\"");
        String kept = late.replace("\"id\":\"a\",", "");
        assertThat(repaired(bare, late, late)).isEqualTo(sent(bare, kept, REST));
        assertThat(repaired(bare, "{\"type\":\"function\",\"id\":\"a\"}"))
                .isEqualTo(sent(bare, "{\"index\":0,\"type\":\"function\"}"));
        assertThat(repaired(FIRST.replace("\"type\":\"function\"", "\"type\":null")))
                .isEqualTo(sent(FIRST));
    }

    @Test
    void areOneWhereTheNameComesBehindTheId() { // check 75
        String unnamed = FIRST.replace("\"f\"", "\"\"").replace("\"{\"", "\"\"");
        String named = REST.replace("{\"arguments\"", "{\"name\":\"f\",\"arguments\"");
        assertThat(repaired(unnamed, named)).isEqualTo(sent(unnamed, named));
        assertThat(read(unnamed, named)).containsExactly(new Piece.ToolCallPart(0, 0, "a", "f", "}"));
    }

    @Test
    void areTwoWhereOneChunkHasTwoOfOneIndexAndName() { // check 75
        String one = "{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String given = "{\"id\":\"MADE\",\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        assertThat(repaired(one + "," + one))
                .isEqualTo(sent(given + "," + given.replace("\"index\":0", "\"index\":1")));
        assertThat(read(one + "," + one))
                .containsExactly(
                        new Piece.ToolCallPart(0, 0, "", "f", "{}"), new Piece.ToolCallPart(0, 1, "", "f", "{}"));
    }

    @Test
    void areTwoWhereTheFirstIsWholeAndItsNameComesAgain() { // check 75
        String one = "{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"}{\\\\\\\"\\\"}\"}}";
        String given = one.replace("{\"index\"", "{\"id\":\"MADE\",\"index\"");
        assertThat(repaired(one, one)).isEqualTo(sent(given, given.replace("\"index\":0", "\"index\":1")));
        assertThat(read(one, one)).extracting(Piece.ToolCallPart::index).containsExactly(0, 1);
    }

    @Test
    void areOneWhereAServerRepeatsTheNameWithEachPart() { // check 75
        String opened = FIRST.replace("\"id\":\"a\",", "").replace("\"{\"", "\"{\\\"a\\\":\\\"}\"");
        String closed = opened.replace("{\\\"a\\\":\\\"}", "\\\"}");
        String empty = opened.replace("{\\\"a\\\":\\\"}", "");
        assertThat(read(opened, closed, empty))
                .extracting(Piece.ToolCallPart::index)
                .containsExactly(0, 0, 0);
    }

    private static List<Piece.ToolCallPart> read(String... parts) {
        byte[] in = bytes(String.join(
                        "",
                        List.of(parts).stream().map(OpenAiToolRepairTest::part).toList())
                + STOP
                + DONE);
        String tools = ",\"stream\":true,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
        return pieces(BACK.reader(Calls.FRONT.understand(chat(tools)), plain()), in, 7).stream()
                .filter(Piece.ToolCallPart.class::isInstance)
                .map(Piece.ToolCallPart.class::cast)
                .toList();
    }

    @Test
    void getAnIdInAWholeAnswerToo() { // check 74
        String whole = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"alias\",\"choices\":"
                + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":[CALLS]},"
                + "\"finish_reason\":\"tool_calls\"}]}";
        String bare = "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String empty = bare.replace("{\"type\"", "{\"id\":\"\",\"type\"");
        String made = bare.replace("{\"type\"", "{\"id\":\"MADE\",\"type\"");
        assertThat(through(relay(chat("")), whole.replace("CALLS", bare + "," + empty))
                        .replaceAll("call_[0-9A-Za-z]{24}", "MADE"))
                .isEqualTo(whole.replace("CALLS", made + "," + made));
    }
}
