package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Bill;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.testing.Visit;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client leaves after each piece of its answer, at a provider that stops when its own client does and charges what it
 * has made until then.
 */
class LeavingAtEachChunkTest { // S05
    private static final int PIECES = 6;
    private static final int PROMPT = 10;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, after-cancel: stops}
            spending: {usual-output: 100}
            budgets:
              - {scope: gateway, amount: 1, period: day}
            """;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    /** So many pieces and no more; what was made is charged when the client has left. */
    private static Script stopsAfter(int pieces, boolean counting) {
        return visit -> {
            visit.begin(200, "text/event-stream");
            for (int piece = 1; piece <= pieces; piece++) {
                visit.send(chunk(visit.request(), piece, counting));
            }
            assertThat(visit.sawHangUp(SOON)).isTrue();
            visit.upstream().bill().charge(visit.request(), new Bill.Tokens(PROMPT, 0, pieces));
        };
    }

    /** As many providers do it, each piece says what has been used so far. */
    private static String chunk(UpstreamRequest request, int piece, boolean counting) {
        String usage = counting
                ? ",\"usage\":{\"prompt_tokens\":" + PROMPT + ",\"completion_tokens\":" + piece + ",\"total_tokens\":"
                        + (PROMPT + piece) + "}"
                : "";
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + request.model()
                + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"piece" + piece
                + " \"},\"finish_reason\":null}]" + usage + "}\n\n";
    }

    private LedgerRow leaveAfter(TestGateway gateway, String path, int pieces, int row) throws Exception {
        try (RawClient client = gateway.connect()) {
            client.post(path, TestGateway.chatBody("deepseek-flash", true));
            upstream.awaitVisit(row);
            if (pieces > 0) {
                client.readUntil("piece" + pieces + " ");
            }
        }
        Visit visit = upstream.last();
        assertThat(visit.sawHangUp(SOON))
                .as("cancelled after %d pieces", pieces)
                .isTrue();
        assertThat(visit.isOver(SOON)).isTrue();
        return gateway.awaitLedger(row).stream()
                .filter(one -> one.attemptId().equals(visit.request().attemptId()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void whereTheProviderCountsAsItGoesTheLedgerIsTheBill(String path) throws Exception {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (int pieces = 1; pieces <= PIECES; pieces++) {
                upstream.on("deepseek", stopsAfter(pieces, true));
                LedgerRow row = leaveAfter(gateway, path, pieces, pieces);
                assertThat(row.state()).isEqualTo("SETTLED");
                assertThat(row.how()).isEqualTo("cancelled");
                assertThat(row.estimated()).isFalse();
                assertThat(row.cost())
                        .isEqualTo(upstream.bill().charged().get(row.attemptId()))
                        .isPositive();
            }
            upstream.on("deepseek", Answers.of("a"));
            assertThat(gateway.stream("deepseek-flash").status()).isEqualTo(200);
            gateway.restart();
            assertThat(gateway.ledger().stream().mapToLong(LedgerRow::cost).sum())
                    .isEqualTo(upstream.bill().sum());
        }
    }

    /** An estimate, marked as one and never over the bound that was held; reconciling shows what it is off by. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void whereItCountsAtTheEndOnlyWhatCameIsEstimatedAndMarkedSo(String path) throws Exception {
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            for (int pieces = 0; pieces <= PIECES; pieces++) {
                upstream.on("deepseek", stopsAfter(pieces, false));
                LedgerRow row = leaveAfter(gateway, path, pieces, pieces + 1);
                assertThat(row.state()).isEqualTo("SETTLED");
                assertThat(row.estimated()).isTrue();
                assertThat(row.cost()).isBetween(upstream.bill().charged().get(row.attemptId()), row.bound());
            }
        }
    }
}
