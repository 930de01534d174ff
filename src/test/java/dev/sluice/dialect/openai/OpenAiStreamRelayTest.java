package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.DONE;
import static dev.sluice.dialect.openai.Calls.HELLO;
import static dev.sluice.dialect.openai.Calls.ROLE;
import static dev.sluice.dialect.openai.Calls.STOP;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chunk;
import static dev.sluice.dialect.openai.Calls.cut;
import static dev.sluice.dialect.openai.Calls.data;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.relay;
import static dev.sluice.dialect.openai.Calls.streamed;
import static dev.sluice.dialect.openai.Calls.streamedWithUsage;
import static dev.sluice.dialect.openai.Calls.text;
import static dev.sluice.dialect.openai.Calls.through;
import static dev.sluice.dialect.openai.Calls.usage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenAiStreamRelayTest {
    private static final String COUNT = "{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}";
    private static final Receipt NOTE = _ -> Optional.of(new RawJson("{\"cost\":1}"));

    /** The same result however the network cuts the bytes. */
    private static Relay whereverCut(Inbound inbound, Receipt receipt, String in, String expected) {
        byte[] bytes = bytes(in);
        for (int at = 0; at <= bytes.length; at++) {
            assertThat(cut(BACK.passThrough(inbound, plain(), receipt), bytes, at))
                    .as("cut at %d", at)
                    .isEqualTo(expected);
        }
        Relay relay = BACK.passThrough(inbound, plain(), receipt);
        assertThat(through(relay, bytes, 1)).isEqualTo(expected);
        return relay;
    }

    private static Relay whereverCut(Inbound inbound, String in, String expected) {
        return whereverCut(inbound, Receipt.NONE, in, expected);
    }

    @Test
    void passesAGoodStreamByteForByte() { // check 67, 79
        String in = ROLE + HELLO + STOP + DONE;
        Relay relay = whereverCut(streamed(), in, in);
        assertThat(relay.complete()).isTrue();
        assertThat(relay.contentSeen()).isTrue();
        assertThat(relay.failure()).isEmpty();
        assertThat(relay.charactersSeen()).isEqualTo("Hello 안녕 😀".length());
        assertThat(relay.answeredBy()).isEqualTo("alias");
        assertThat(relay.contentType()).isEqualTo("text/event-stream");
    }

    @Test
    void takesARoleAloneForNoContent() {
        Relay relay = relay(streamed());
        assertThat(text(relay.feed(bytes(ROLE)))).isEqualTo(ROLE);
        assertThat(relay.contentSeen()).isFalse();
        relay.feed(bytes(HELLO));
        assertThat(relay.contentSeen()).isTrue();
    }

    @Test
    void swallowsCommentsAndFieldsThatCrashClients() { // check 80, 81
        String in = "\uFEFF: OPENROUTER PROCESSING\n\nid: 1\nretry: 3\n\ndata:\n\ndata: \n\nevent: ping\n\n" + ROLE
                + ": keep-alive\n\n" + "id: 7\nevent: x\n" + HELLO + STOP + DONE;
        whereverCut(streamed(), in, ROLE + HELLO + STOP + DONE);
    }

    @Test
    void swallowsEventsThatAreNoChunks() {
        String in = "event: ping\ndata: {}\n\n" + ROLE + data("{}") + data("{\"type\":\"ping\",\"at\":[1]}") + HELLO
                + data("{\"error\":null}") + "event: info\ndata: {\"message\":\"still here\"}\n\n" + STOP
                + data("{\"usage\":null}") + DONE;
        whereverCut(streamed(), in, ROLE + HELLO + STOP + DONE);
    }

    @Test
    void readsEveryKindOfLineEnd() {
        String good = ROLE + HELLO + STOP + DONE;
        whereverCut(
                streamed(),
                good.replace("\n", "\r\n"),
                good.replace("\n", "\r\n").replace("data: [DONE]\r\n\r\n", DONE));
        Relay relay = relay(streamed());
        assertThat(through(relay, good.replace("\n", "\r")).replace('\r', '\n')).isEqualTo(good);
        assertThat(relay.complete()).isTrue();
    }

    @Test
    void joinsDataOfSeveralLines() {
        String in = ROLE + HELLO.replace(",\"created\"", ",\ndata: \"created\"") + STOP + DONE;
        whereverCut(streamed(), in, ROLE + HELLO.replace(",\"created\"", ", \"created\"") + STOP + DONE);
    }

    @Test
    void hidesTheUsageChunkFromWhoDidNotAsk() { // check 70, 72
        Relay relay = whereverCut(streamed(), ROLE + HELLO + STOP + usage(COUNT) + DONE, ROLE + HELLO + STOP + DONE);
        assertThat(relay.usage()).contains(Usage.of(5, 2));
    }

    @Test
    void sendsExactlyOneUsageChunkAndNullOnAllOthers() { // check 69
        String nulls = (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":null}\n");
        whereverCut(
                streamedWithUsage(),
                ROLE + HELLO + STOP + usage("{\"prompt_tokens\":1,\"completion_tokens\":1}") + usage(COUNT) + DONE,
                nulls + usage(COUNT) + DONE);
    }

    @Test
    void takesUsageOffEveryOtherChunk() { // check 71
        String each = (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":" + COUNT + "}\n");
        String nulls = each.replace(COUNT, "null");
        whereverCut(streamedWithUsage(), each + usage(COUNT) + DONE, nulls + usage(COUNT) + DONE);
        whereverCut(streamed(), each + usage(COUNT) + DONE, ROLE + HELLO + STOP + DONE);
        whereverCut(streamed(), nulls + DONE, ROLE + HELLO + STOP + DONE);
    }

    @Test
    void makesAUsageChunkOfTheFinishChunkThatCarriesTheCount() { // DeepSeek
        String last = STOP.replace("}]}\n", "}],\"usage\":" + COUNT + "}\n");
        String nulls = (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":null}\n");
        whereverCut(streamedWithUsage(), ROLE + HELLO + last + DONE, nulls + usage(COUNT) + DONE);
    }

    @Test
    void sendsOneUsageChunkWhereTheProviderSendsNoneThatMakesSense() { // check 69
        Inbound inbound = streamedWithUsage();
        Usage estimate = TokenEstimate.usage(inbound.body(), "Hello 안녕 😀".length());
        String told = usage(
                "{\"prompt_tokens\":" + estimate.input() + ",\"completion_tokens\":" + estimate.output()
                        + ",\"total_tokens\":" + (estimate.input() + estimate.output())
                        + ",\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}");
        String nulls = (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":null}\n");
        for (String none : new String[] {
            "",
            usage("null"),
            usage("{\"prompt_tokens\":-7,\"completion_tokens\":2}"),
            usage("{\"prompt_tokens\":5,\"completion_tokens\":2000000000000}"),
            usage("{\"prompt_tokens\":0,\"completion_tokens\":0}"),
        }) {
            Relay relay = whereverCut(inbound, ROLE + HELLO + STOP + none + DONE, nulls + told + DONE);
            assertThat(relay.usage()).isEmpty();
            whereverCut(streamed(), ROLE + HELLO + STOP + none + DONE, ROLE + HELLO + STOP + DONE);
        }
        whereverCut(
                inbound,
                NOTE,
                ROLE + HELLO + STOP + DONE,
                nulls + told.replace("}}}\n", "}},\"sluice\":{\"cost\":1}}\n") + DONE);
    }

    @Test
    void tellsWhatIsBookedWhereADetailOfTheCountMakesNoSense() {
        String odd = "{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":-7,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":3}}";
        Relay relay = relay(streamedWithUsage());
        assertThat(through(relay, ROLE + HELLO + STOP + usage(odd) + DONE))
                .contains("\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":3}")
                .doesNotContain("-7");
    }

    @Test
    void neverSaysErrorOnSuccess() { // check 73
        String in = (ROLE + HELLO + STOP).replace("\"created\"", "\"error\":null,\"created\"") + DONE;
        whereverCut(streamed(), in, ROLE + HELLO + STOP + DONE);
        String first = (ROLE + HELLO + STOP).replace("{\"id\"", "{\"error\":null,\"id\"") + DONE;
        whereverCut(streamed(), first, ROLE + HELLO + STOP + DONE);
    }

    @Test
    void namesTheModelTheClientAskedFor() { // check 68
        String in = ROLE + HELLO + STOP + DONE;
        Relay relay = whereverCut(streamed(), in.replace("\"alias\"", "\"org/real-7b\""), in);
        assertThat(relay.answeredBy()).isEqualTo("org/real-7b");
    }

    @Test
    void keepsOneIdAndOneTimeInAllChunks() { // check 68
        String in = ROLE + HELLO.replace(":7,", ":8,") + STOP.replace("\"c1\"", "\"c2\"") + DONE;
        whereverCut(streamed(), in, ROLE + HELLO + STOP + DONE);
    }

    @Test
    void addsTheRoleThatIsMissing() { // check 68
        whereverCut(
                streamed(),
                HELLO + STOP + DONE,
                HELLO.replace("{\"content\"", "{\"role\":\"assistant\",\"content\"") + STOP + DONE);
    }

    @Test
    void writesAnEmptyListAndAnEmptyDeltaForNull() { // check 68
        String none = STOP.replace("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "null");
        String first = ROLE.replace("{\"role\":\"assistant\",\"content\":\"\"}", "null");
        String last = STOP.replace("{}", "null");
        whereverCut(
                streamed(),
                first + none + HELLO + last + DONE,
                first.replace("\"delta\":null", "\"delta\":{\"role\":\"assistant\"}")
                        + none.replace("\"choices\":null", "\"choices\":[]")
                        + HELLO
                        + STOP
                        + DONE);
        whereverCut(
                streamedWithUsage(),
                ROLE + HELLO + STOP + usage(COUNT).replace("[]", "null") + DONE,
                (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":null}\n") + usage(COUNT) + DONE);
    }

    @Test
    void givesEveryChunkAnIdAModelAndATime() { // check 68
        String bare =
                "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"alias\",\"choices\"";
        String late = ROLE + HELLO.replace(bare, "\"choices\"") + STOP.replace("\"c1\"", "null") + DONE;
        whereverCut(
                streamed(),
                late,
                ROLE
                        + HELLO.replace(bare, "\"choices\"")
                                .replace("}]}\n", "}],\"model\":\"alias\",\"id\":\"c1\",\"created\":7}\n")
                        + STOP
                        + DONE);
        String never = (ROLE + HELLO + STOP).replace(bare, "\"choices\"") + DONE;
        String out = through(relay(streamedWithUsage()), never);
        assertThat(out.split("\n\n"))
                .hasSize(5)
                .filteredOn(line -> !line.contains("DONE"))
                .allMatch(line -> line.contains("\"model\":\"alias\"") && line.contains("\"created\":1778051289"));
        assertThat(java.util.regex.Pattern.compile("\"id\":\"chatcmpl-[0-9A-Za-z]{24}\"")
                        .matcher(out)
                        .results()
                        .map(java.util.regex.MatchResult::group)
                        .toList())
                .hasSize(4)
                .containsOnly(out.substring(out.indexOf("\"id\""), out.indexOf("\"id\"") + 40));
    }

    @Test
    void repairsToolIndexesThatAreMissing() { // check 75
        String call =
                "{\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                        + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}";
        String fixed = call.replace("{\"id\":\"a\"", "{\"index\":0,\"id\":\"a\"")
                .replace("{\"id\":\"b\"", "{\"index\":1,\"id\":\"b\"");
        whereverCut(
                streamed(),
                ROLE + chunk(call, "null") + chunk("{}", "\"tool_calls\"") + DONE,
                ROLE + chunk(fixed, "null") + chunk("{}", "\"tool_calls\"") + DONE);
    }

    @Test
    void repairsToolIndexesThatRepeatOrStartLate() { // check 75, 76
        String first =
                "{\"tool_calls\":[{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
        String second =
                "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}";
        String more = "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}";
        Relay relay = whereverCut(
                streamed(),
                ROLE + chunk(first, "null") + chunk(second, "null") + chunk(more, "null") + STOP + DONE,
                ROLE
                        + chunk(first.replace("\"index\":1", "\"index\":0"), "null")
                        + chunk(second, "null")
                        + chunk(more, "null")
                        + chunk("{}", "\"tool_calls\"")
                        + DONE);
        assertThat(relay.contentSeen()).isTrue();
    }

    @Test
    void namesEachCallOnceWhereTheProviderNamesItInEveryPart() { // check 74
        String first = "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}";
        String again = first.replace("{\"}}", "}\"}}");
        String bare = "{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"arguments\":\"\",\"name\":\"f\"}}]}";
        whereverCut(
                streamed(),
                ROLE + chunk(first, "null") + chunk(again, "null") + chunk(bare, "null") + STOP + DONE,
                ROLE
                        + chunk(first, "null")
                        + chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}", "null")
                        + chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\"}}]}", "null")
                        + chunk("{}", "\"tool_calls\"")
                        + DONE);
    }

    @Test
    void saysToolCallsWhenAToolWasCalledAndLengthWhenItWasCut() { // check 77
        String call = chunk(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                "null");
        whereverCut(streamed(), ROLE + call + STOP + DONE, ROLE + call + chunk("{}", "\"tool_calls\"") + DONE);
        String length = chunk("{}", "\"length\"");
        whereverCut(streamed(), ROLE + call + length + DONE, ROLE + call + length + DONE);
    }

    @Test
    void givesAToolCallItsEmptyArgumentsAndWritesThemAsText() { // check 74
        String bare = "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}]}";
        String object = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{\"b\":1,\"a\":\"x\"}}}]}";
        whereverCut(
                streamed(),
                ROLE + chunk(bare, "null") + chunk(object, "null") + STOP + DONE,
                ROLE
                        + chunk(bare.replace("\"f\"}", "\"f\",\"arguments\":\"\"}"), "null")
                        + chunk(
                                object.replace("{\"b\":1,\"a\":\"x\"}", "\"{\\\"b\\\":1,\\\"a\\\":\\\"x\\\"}\""),
                                "null")
                        + chunk("{}", "\"tool_calls\"")
                        + DONE);
    }

    @Test
    void finishesAnAnswerWhoseFinishReasonNeverCame() { // check 78
        String out = through(relay(streamed()), ROLE + HELLO + DONE);
        assertThat(out).startsWith(ROLE + HELLO).endsWith(DONE).containsOnlyOnce("\"finish_reason\":\"stop\"");
        Relay open = relay(streamed());
        assertThat(through(open, ROLE + HELLO)).isEqualTo(ROLE + HELLO);
        assertThat(open.failure().map(Failure.Upstream::kind)).contains(Kind.CUT);
    }

    @Test
    void addsTheEndMarkToAFinishedAnswer() { // check 79
        Relay relay = whereverCut(streamed(), ROLE + HELLO + STOP, ROLE + HELLO + STOP + DONE);
        assertThat(relay.complete()).isTrue();
    }

    @Test
    void ignoresCountsThatCannotBe() {
        for (String bad : new String[] {
            "{\"prompt_tokens\":-1,\"completion_tokens\":2}",
            "{\"prompt_tokens\":\"5\",\"completion_tokens\":2}",
            "{\"prompt_tokens\":9223372036854775808,\"completion_tokens\":2}",
            "{\"prompt_tokens\":0,\"completion_tokens\":0}",
            "null"
        }) {
            Relay relay = relay(streamed());
            through(relay, ROLE + HELLO + STOP + usage(bad) + DONE);
            assertThat(relay.usage()).as(bad).isEmpty();
            assertThat(relay.complete()).as(bad).isTrue();
        }
    }

    @Test
    void putsTheReceiptIntoTheUsageChunkElseIntoTheFinishChunk() {
        String noted = STOP.replace("}]}\n", "}],\"sluice\":{\"cost\":1}}\n");
        whereverCut(streamed(), NOTE, ROLE + HELLO + STOP + usage(COUNT) + DONE, ROLE + HELLO + noted + DONE);
        String nulls = (ROLE + HELLO + STOP).replace("}]}\n", "}],\"usage\":null}\n");
        whereverCut(
                streamedWithUsage(),
                NOTE,
                ROLE + HELLO + STOP + usage(COUNT) + DONE,
                nulls + usage(COUNT).replace("}}\n", "},\"sluice\":{\"cost\":1}}\n") + DONE);
    }

    @Test
    void keepsTheOrderOfSeveralAnswersWhileItHoldsAFinish() { // check 86
        String other = HELLO.replace("\"index\":0", "\"index\":1")
                .replace("{\"content\"", "{\"role\":\"assistant\",\"content\"");
        String otherStop = STOP.replace("\"index\":0", "\"index\":1");
        whereverCut(
                streamed(),
                NOTE,
                ROLE + HELLO + STOP + other + otherStop + DONE,
                ROLE + HELLO + STOP + other + otherStop.replace("}]}\n", "}],\"sluice\":{\"cost\":1}}\n") + DONE);
    }

    @Test
    void letsAnEmptyCompletionPass() {
        Inbound fill = Calls.FRONT.read(
                Endpoint.OPENAI_COMPLETIONS, bytes("{\"model\":\"alias\",\"prompt\":\"x\",\"stream\":true}"));
        String in = data(
                        "{\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"choices\":[{\"text\":\"\",\"index\":0,"
                                + "\"finish_reason\":\"stop\"}],\"model\":\"alias\"}")
                + DONE;
        Relay relay = whereverCut(fill, in, in);
        assertThat(relay.complete()).isTrue();
    }
}
