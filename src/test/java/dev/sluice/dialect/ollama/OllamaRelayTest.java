package dev.sluice.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OllamaRelayTest {
    private static final String CHAT = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    private static final String LAST =
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
                    + "\"done_reason\":\"stop\",\"prompt_eval_count\":27,\"eval_count\":15}\n";

    private final OllamaFront front = new OllamaFront(InstantSource.fixed(Recordings.NOON), OllamaLeniency.NONE);
    private final OllamaBack back = new OllamaBack(InstantSource.fixed(Recordings.NOON));

    @Test
    void passesEveryRecordedAnswerThroughUnchangedWhereverItIsCut() { // checks 13, 14, 58
        for (Recordings.Recording recording : Recordings.all()) {
            if (recording.status() == 200) {
                byte[] answer = recording.answer();
                int step = recording.isStream() ? 1 : Math.max(1, answer.length / 50);
                for (int cut = 0; cut <= answer.length; cut += step) {
                    assertThat(relayed(recording, cut))
                            .as("%s cut at %d", recording, cut)
                            .isEqualTo(answer);
                }
            }
        }
    }

    private byte[] relayed(Recordings.Recording recording, int cut) {
        Inbound call = front.read(recording.endpoint(), recording.request());
        Relay relay = back.passThrough(call, Recordings.target(call.model()), Receipt.NONE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(relay.feed(Arrays.copyOf(recording.answer(), cut)));
        out.writeBytes(relay.feed(Arrays.copyOfRange(recording.answer(), cut, recording.answer().length)));
        out.writeBytes(relay.end());
        boolean unfinished = !recording.text().contains("\"done\":true") && recording.isStream();
        assertThat(relay.failure().isPresent()).isEqualTo(unfinished);
        assertThat(relay.complete()).isEqualTo(!unfinished);
        if (recording.text().contains("{\"error\"")) {
            relay.failure().map(relay::breakOff).ifPresent(out::writeBytes);
        }
        assertThat(relay.contentType()).isEqualTo(recording.contentType());
        return out.toByteArray();
    }

    @Test
    void countsWhatTheServerCounted() { // check 19
        Relay relay = relay(CHAT, "m", Receipt.NONE);
        relay.feed(LAST.replace("\"eval_count\"", "\"prompt_eval_cached_count\":20,\"eval_count\"")
                .getBytes(UTF_8));
        assertThat(relay.usage()).contains(new Usage(27, 20, 0, 15, 0, false, Optional.empty()));
        assertThat(relay.contentSeen()).isTrue();
        assertThat(relay.answeredBy()).isEqualTo("m");
    }

    @Test
    void believesNoNonsensicalCount() {
        Relay relay = relay(CHAT, "m", Receipt.NONE);
        relay.feed(LAST.replace(":27", ":-27").getBytes(UTF_8));
        assertThat(relay.usage()).isEmpty();
    }

    @Test
    void showsTheClientTheNameThatItAskedFor() { // check 40
        Relay relay = relay(CHAT, "other:7b", Receipt.NONE);
        assertThat(text(relay.feed(LAST.replace("\"m\"", "\"other:7b\"").getBytes(UTF_8))))
                .isEqualTo(LAST);
        assertThat(relay.answeredBy()).isEqualTo("other:7b");
    }

    @Test
    void putsTheReceiptLast() {
        Relay relay = relay(CHAT, "m", usage -> usage.map(count -> new RawJson("{\"in\":" + count.input() + "}")));
        assertThat(text(relay.feed(LAST.getBytes(UTF_8)))).isEqualTo(LAST.replace("15}", "15,\"sluice\":{\"in\":27}}"));
    }

    @Test
    void neverSaysErrorOnSuccess() { // check 44
        for (String line : new String[] {
            LAST.replace("{\"model\"", "{\"error\": null , \"model\""),
            LAST.replace("15}", "15, \"error\":null}"),
            LAST.replace(",\"done\"", ",\"error\":null,\"done\""),
        }) {
            Relay relay = relay(CHAT, "m", usage -> Optional.of(new RawJson("{}")));
            assertThat(text(relay.feed(line.getBytes(UTF_8))).replaceAll("[{] +", "{"))
                    .isEqualTo(LAST.replace("15}", "15,\"sluice\":{}}"));
        }
        Relay alone = relay(CHAT, "m", Receipt.NONE);
        assertThat(text(alone.feed("{\"error\":null}\n".getBytes(UTF_8)))).isEqualTo("{}\n");
    }

    @Test
    void escapesSeparatorsThatClientsTakeForLineEnds() { // check 13
        String line = LAST.replace("\"content\":\"", "\"content\":\"a\u2028b\u2029\u2029–");
        assertThat(line).contains("\u2028");
        assertThat(text(relay(CHAT, "m", Receipt.NONE).feed(line.getBytes(UTF_8))))
                .isEqualTo(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"));
    }

    @Test
    void swallowsBlankLines() { // check 12
        Relay relay = relay(CHAT, "m", Receipt.NONE);
        assertThat(text(relay.feed(("\n \r\n" + LAST).getBytes(UTF_8)))).isEqualTo(LAST);
    }

    @Test
    void callsAnEndWithoutEndMarkCut() { // checks 15, 43
        Relay relay = relay(CHAT, "m", Receipt.NONE);
        relay.feed("{\"model\":\"m\",\"message\":{\"content\":\"a\"},\"done\":false}\n".getBytes(UTF_8));
        assertThat(relay.end()).isEmpty();
        assertThat(relay.failure().orElseThrow().kind()).isEqualTo(Failure.Kind.CUT);
        assertThat(text(relay.breakOff(relay.failure().orElseThrow())))
                .isEqualTo("{\"error\":\"the provider's answer ended before it was whole\"}\n");
    }

    @Test
    void tellsErrorsApartByTheirWords() {
        assertThat(kindOf("{\"error\":\"you have reached your weekly usage limit\"}\n"))
                .isEqualTo(Failure.Kind.QUOTA_SPENT);
        assertThat(kindOf("{\"error\":\"Server overloaded, please retry shortly\"}\n"))
                .isEqualTo(Failure.Kind.OVERLOADED);
        assertThat(kindOf("{\"error\":\"unexpected EOF\"}\n")).isEqualTo(Failure.Kind.CUT);
        assertThat(kindOf("<html>login</html>\n")).isEqualTo(Failure.Kind.NONSENSE);
        assertThat(kindOf("[]\n")).isEqualTo(Failure.Kind.NONSENSE);
        assertThat(kindOf("x".repeat(8 * 1024 * 1024 + 1))).isEqualTo(Failure.Kind.NONSENSE);
    }

    private Failure.Kind kindOf(String line) {
        Relay relay = relay(CHAT, "m", Receipt.NONE);
        assertThat(relay.feed(line.getBytes(UTF_8))).isEmpty();
        return relay.failure().orElseThrow().kind();
    }

    @Test
    void keepsAWaitingClientPatientWithAChunkThatSaysNothing() { // check 12
        assertThat(text(relay(CHAT, "m", Receipt.NONE).heartbeat()))
                .isEqualTo("{\"model\":\"m\",\"created_at\":\"2026-11-20T12:00:00.1787093Z\","
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n");
    }

    @Test
    void neverThrowsOnWhatAProviderSends() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] model =
                ("{\"model\":\"m\",\"message\":{\"content\":\"\\ud83d\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
                                + "\"arguments\":{}}}]},\"logprobs\":[{\"token\":\"x\",\"logprob\":-1}]}\n" + LAST)
                        .getBytes(UTF_8);
        for (int round = 0; round < 5_000; round++) {
            byte[] body = model.clone();
            for (int change = 0; change <= random.nextInt(4); change++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            Relay relay = relay(CHAT, "n", Receipt.NONE);
            relay.feed(body);
            relay.end();
            Relay translating = translating(random.nextBoolean());
            translating.feed(body);
            translating.end();
            assertThat(relay.complete() || relay.failure().isPresent()).isTrue();
            assertThat(translating.complete() || translating.failure().isPresent())
                    .isTrue();
        }
    }

    private Relay translating(boolean embedding) {
        Inbound call = front.read(
                Endpoint.OLLAMA_CHAT,
                CHAT.replace("}]}", "}],\"tools\":[{\"function\":{\"name\":\"f\"}}]}")
                        .getBytes(UTF_8));
        return new TranslatingRelay(
                embedding ? OllamaAnswerReader.ofVectors(1, false) : new OllamaAnswerReader(true),
                front.writer(call, Receipt.NONE, new Recordings.FixedClock()));
    }

    private Relay relay(String request, String model, Receipt receipt) {
        Inbound call = front.read(Endpoint.OLLAMA_CHAT, request.getBytes(UTF_8));
        return back.passThrough(call, Recordings.target(model), receipt);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
