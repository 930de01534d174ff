package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Caller;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.time.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Caller ANN = Caller.of("ann", "", "");
    private static final Caller BOB = Caller.of("bob", "", "");

    private final HandTicker ticker = new HandTicker();

    private Admission admission(int perEndpoint, int perClient, int embeddings) {
        return new Admission(new RateLimits(perEndpoint, perClient, embeddings), ticker);
    }

    private static void take(Admission admission, Caller caller, Endpoint endpoint, int times) {
        for (int i = 0; i < times; i++) {
            admission.admit(caller, endpoint);
        }
    }

    @Test
    void eachCallerHasAnAllowanceOfTheirOwn() {
        Admission admission = admission(2, 10, 0);
        take(admission, ANN, Endpoint.OPENAI_CHAT, 2);
        assertThatThrownBy(() -> admission.admit(ANN, Endpoint.OPENAI_CHAT)).isInstanceOf(GatewayException.class);
        take(admission, BOB, Endpoint.OPENAI_CHAT, 2);
    }

    @Test
    void theWaitThatIsToldIsEnough() { // check 102
        Admission admission = admission(60, 0, 0);
        take(admission, ANN, Endpoint.OPENAI_CHAT, 60);
        assertThatThrownBy(() -> admission.admit(ANN, Endpoint.OPENAI_CHAT))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure())
                                .isInstanceOfSatisfying(
                                        Failure.Throttled.class, throttled -> ticker.advance(throttled.retryAfter())));
        take(admission, ANN, Endpoint.OPENAI_CHAT, 1);
    }

    @Test
    void allEndpointsTogetherHaveABoundToo() {
        Admission admission = admission(3, 4, 0);
        take(admission, ANN, Endpoint.OPENAI_CHAT, 3);
        take(admission, ANN, Endpoint.OLLAMA_CHAT, 1);
        assertThatThrownBy(() -> admission.admit(ANN, Endpoint.OLLAMA_CHAT)).isInstanceOf(GatewayException.class);
    }

    @Test
    void whatOneBoundRefusesTheOtherDoesNotCount() {
        Admission admission = admission(5, 1, 0);
        take(admission, ANN, Endpoint.OPENAI_CHAT, 1);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> admission.admit(ANN, Endpoint.OPENAI_CHAT)).isInstanceOf(GatewayException.class);
        }
        ticker.advance(Duration.ofMinutes(1));
        take(admission, ANN, Endpoint.OPENAI_CHAT, 1);
    }

    @Test
    void embeddingsAreCountedApart() {
        Admission admission = admission(1, 1, 2);
        take(admission, ANN, Endpoint.OPENAI_CHAT, 1);
        take(admission, ANN, Endpoint.OPENAI_EMBEDDINGS, 1);
        take(admission, ANN, Endpoint.OLLAMA_EMBED, 1);
        assertThatThrownBy(() -> admission.admit(ANN, Endpoint.OPENAI_EMBEDDINGS))
                .isInstanceOf(GatewayException.class);
    }

    @Test
    void theHeadersTellTheTightestBoundCountingDown() { // check 106
        Admission admission = admission(10, 3, 0);
        assertThat(admission.admit(ANN, Endpoint.OPENAI_CHAT))
                .contains(
                        new ReplyHead.Header("x-ratelimit-limit-requests", "3"),
                        new ReplyHead.Header("x-ratelimit-remaining-requests", "2"));
        assertThat(admission.admit(ANN, Endpoint.OPENAI_CHAT))
                .contains(new ReplyHead.Header("x-ratelimit-remaining-requests", "1"));
    }

    @Test
    void withoutBoundsNothingIsToldAndNobodyIsRefused() {
        Admission admission = admission(0, 0, 0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(admission.admit(ANN, Endpoint.OPENAI_CHAT)).isEmpty();
        }
    }
}
