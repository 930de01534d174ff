package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.HELLO;
import static dev.sluice.dialect.openai.Calls.ROLE;
import static dev.sluice.dialect.openai.Calls.STOP;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chunk;
import static dev.sluice.dialect.openai.Calls.cut;
import static dev.sluice.dialect.openai.Calls.data;
import static dev.sluice.dialect.openai.Calls.relay;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.text;
import static dev.sluice.dialect.openai.Calls.through;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Relay;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import org.junit.jupiter.api.Test;

/** Streams that fail, in whatever way a provider says or shows it. */
class OpenAiStreamFailureTest {
    private static Failure.Upstream failureOf(String in) {
        for (int size : new int[] {1, 7, 1_000_000}) {
            Relay relay = relay(streamed());
            String out = through(relay, bytes(in), size);
            assertThat(out).doesNotContain("[DONE]").doesNotContain("\"error\"");
            assertThat(relay.complete()).isFalse();
            if (size > 1_000) {
                return relay.failure().orElseThrow();
            }
        }
        throw new IllegalStateException();
    }

    @Test
    void takesAnErrorForAFailureWhateverFollows() { // check 82
        String error = data(
                "{\"error\":{\"message\":\"EngineCore encountered an issue\",\"type\":\"InternalServerError\",\"code\":500}}");
        Failure.Upstream failure = failureOf(ROLE + HELLO + error + DONE);
        assertThat(failure.kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(failure.message()).contains("EngineCore");
        assertThat(failureOf(data("{\"error\":{\"code\":429,\"message\":\"slow down\"}}"))
                        .kind())
                .isEqualTo(Kind.RATE_LIMITED);
        assertThat(failureOf(data("{\"error\":{\"code\":402,\"message\":\"pay\"}}"))
                        .kind())
                .isEqualTo(Kind.CREDIT_EXHAUSTED);
        assertThat(failureOf(data("{\"error\":\"gone wrong\"}")).kind()).isEqualTo(Kind.CUT);
    }

    @Test
    void takesAnEventCalledErrorForAFailure() {
        Failure.Upstream failure =
                failureOf(ROLE + HELLO + "event: error\ndata: {\"message\":\"boo\"}\n\n" + STOP + DONE);
        assertThat(failure.kind()).isEqualTo(Kind.CUT);
        assertThat(failure.message()).isEqualTo("boo");
        assertThat(failureOf("event:error\ndata: {\"message\":\"slow down\",\"code\":429}\n\n")
                        .kind())
                .isEqualTo(Kind.RATE_LIMITED);
        assertThat(failureOf("event: error\n" + data("{\"error\":{\"message\":\"boo\",\"code\":500}}"))
                        .kind())
                .isEqualTo(Kind.SERVER_ERROR);
        assertThat(failureOf(ROLE + "event: error\n" + data("{}") + DONE).kind())
                .isEqualTo(Kind.NONSENSE);
        Relay named = relay(streamed());
        through(named, ROLE + "event: errors\n" + HELLO + STOP + DONE);
        assertThat(named.complete()).isTrue();
    }

    @Test
    void takesAnErrorWithoutAWrapperForAFailure() { // check 82
        String vllm = data(
                "{\"object\":\"error\",\"message\":\"EngineCore died\",\"type\":\"InternalServerError\",\"code\":500}");
        assertThat(failureOf(ROLE + HELLO + vllm + DONE).kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(failureOf(vllm + DONE).message()).contains("EngineCore");
        Failure.Upstream failure = failureOf(ROLE + HELLO + data("{\"detail\":\"worker lost\"}") + DONE);
        assertThat(failure.kind()).isEqualTo(Kind.CUT);
        assertThat(failure.message()).isEqualTo("worker lost");
        assertThat(failureOf(ROLE + data("{\"detail\":[{\"msg\":\"worker lost\"}]}") + DONE)
                        .kind())
                .isEqualTo(Kind.CUT);
        Relay named = relay(streamed());
        through(named, ROLE + data("{\"detail\":null}") + HELLO + STOP + DONE);
        assertThat(named.complete()).isTrue();
    }

    @Test
    void takesAnErrorBesideChoicesForAFailure() { // check 83
        Failure.Upstream failure = failureOf(ROLE
                + HELLO
                + data("{\"id\":\"c1\",\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},"
                        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}")
                + DONE);
        assertThat(failure.kind()).isEqualTo(Kind.SERVER_ERROR);
        assertThat(failureOf(ROLE + chunk("{}", "\"error\"") + DONE).kind()).isEqualTo(Kind.CUT);
    }

    @Test
    void takesWhatIsNoAnswerForNonsense() {
        assertThat(failureOf("<html><body>502</body></html>\n").kind()).isEqualTo(Kind.NONSENSE);
        assertThat(failureOf(ROLE + data("{\"choices\":") + DONE).kind()).isEqualTo(Kind.NONSENSE);
        assertThat(failureOf(data("{\"choices\":\"x\"}") + DONE).kind()).isEqualTo(Kind.NONSENSE);
        assertThat(failureOf(data("null") + DONE).kind()).isEqualTo(Kind.NONSENSE);
        assertThat(failureOf("{\"error\":{\"message\":\"slow\",\"code\":429}}").kind())
                .isEqualTo(Kind.RATE_LIMITED);
    }

    @Test
    void takesAnEndlessFrameForNonsense() {
        Relay relay = relay(streamed());
        byte[] mebibyte = new byte[1 << 20];
        java.util.Arrays.fill(mebibyte, (byte) 'x');
        relay.feed(bytes("data: "));
        for (int i = 0; i < 9; i++) {
            assertThat(relay.feed(mebibyte)).isEmpty();
        }
        assertThat(relay.failure().map(Failure.Upstream::kind)).contains(Kind.NONSENSE);
    }

    @Test
    void staysQuickWhenAFrameComesInTinyPieces() {
        Relay relay = relay(streamed());
        String long_ = chunk("{\"content\":\"" + "x".repeat(1 << 20) + "\"}", "null");
        assertThat(through(relay, bytes(ROLE + long_ + STOP + DONE), 1))
                .hasSize(ROLE.length() + long_.length() + STOP.length() + DONE.length());
        assertThat(failureOf("data:\n".repeat(200_000) + "\n").kind()).isEqualTo(Kind.NONSENSE);
    }

    @Test
    void takesACleanEndWithoutContentForAFailure() { // check 94
        assertThat(failureOf(ROLE + STOP + DONE).kind()).isEqualTo(Kind.EMPTY_ANSWER);
        assertThat(failureOf(ROLE + chunk("{\"content\":\" \\n\"}", "null") + STOP + DONE)
                        .kind())
                .isEqualTo(Kind.EMPTY_ANSWER);
        assertThat(failureOf(DONE).kind()).isEqualTo(Kind.EMPTY_ANSWER);
        Relay cut = relay(streamed());
        through(cut, ROLE + chunk("{}", "\"length\"") + DONE);
        assertThat(cut.complete()).isTrue();
    }

    @Test
    void breaksOffSoThatEveryClientSeesIt() { // check 82
        String end = text(relay(streamed()).breakOff(new Failure.Upstream(Kind.CUT, 0, "the line broke")));
        assertThat(end)
                .isEqualTo("event: error\ndata: {\"error\":{\"message\":\"the line broke\",\"type\":\"server_error\","
                        + "\"param\":null,\"code\":null}}\n\n");
        assertThat(text(relay(streamed()).heartbeat())).isEqualTo(": waiting\n\n");
    }
}
