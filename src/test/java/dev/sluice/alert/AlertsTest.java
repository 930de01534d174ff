package dev.sluice.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Secret;
import dev.sluice.ledger.Alert;
import dev.sluice.limit.Backoff;
import dev.sluice.model.Money;
import dev.sluice.testing.Hook;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.HandClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsTest {
    private static final Alert EMPTY = new Alert.CreditExhausted("deepseek");

    private final HandClock clock = new HandClock("2026-11-21T23:00:00Z");
    private final List<Raised> seen = new ArrayList<>();
    private final Alerts alerts = new Alerts(clock, List.of(seen::add), List.of());

    private static Alert mark(String scope, String span, int percent) {
        return new Alert.MarkCrossed("daily", scope, span, percent, new Money(80), new Money(100));
    }

    private static AlertConfig config(String webhook, int retries) {
        return new AlertConfig(
                Optional.of(new Secret(webhook)),
                Money.ZERO,
                new Backoff(retries, Duration.ofMillis(1), Duration.ofMillis(2)),
                Duration.ofSeconds(5));
    }

    private Webhook webhook(Hook hook, int retries) {
        return Webhook.start(URI.create(hook.address()), config(hook.address(), retries), seen::add);
    }

    @Test
    void anAlertIsPassedOnOnceADay() {
        for (int i = 0; i < 1000; i++) {
            alerts.raise(EMPTY);
        }
        assertThat(seen).hasSize(1);
        clock.advance(Duration.ofHours(1));
        alerts.raise(EMPTY);
        assertThat(seen).hasSize(2);
        assertThat(alerts.last()).extracting(Raised::window).containsExactly("2026-11-22", "2026-11-21");
    }

    @Test
    void aBudgetsMarkIsPassedOnOnceInTheBudgetsOwnWindow() { // B18
        alerts.raise(mark("tenant a", "2026-11", 80));
        alerts.raise(mark("tenant a", "2026-11", 100));
        alerts.raise(mark("tenant b", "2026-11", 80));
        clock.advance(Duration.ofDays(3));
        alerts.raise(mark("tenant a", "2026-11", 80));
        assertThat(seen).hasSize(3);
        alerts.raise(mark("tenant a", "2026-12", 80));
        assertThat(seen).hasSize(4);
    }

    @Test
    void whatWasToldInAnEarlierLifeIsShownAndNotToldAgain() {
        alerts.raise(EMPTY);
        clock.advance(Duration.ofMinutes(30));
        Alerts next = new Alerts(clock, List.of(seen::add), List.copyOf(seen));
        next.raise(EMPTY);
        assertThat(seen).hasSize(1);
        next.raise(mark("tenant a", "2026-11", 80));
        assertThat(next.last()).extracting(Raised::kind).containsExactly("mark_crossed", "credit_exhausted");
        clock.advance(Duration.ofHours(1));
        next.raise(EMPTY);
        assertThat(seen).hasSize(3);
    }

    @Test
    void onlyTheLastHundredAreKept() {
        for (int i = 0; i < 150; i++) {
            alerts.raise(new Alert.UnpricedModel("p", "m" + i));
        }
        assertThat(alerts.last()).hasSize(100);
        assertThat(alerts.last().getFirst().subject()).isEqualTo("p/m149");
    }

    @Test
    void tooMuchInDoubtIsTold() {
        List<Alert> told = new ArrayList<>();
        new DoubtWatch(() -> new Money(10), new Money(10), told::add).look();
        assertThat(told).isEmpty();
        new DoubtWatch(() -> new Money(11), new Money(10), told::add).look();
        assertThat(told).containsExactly(new Alert.InDoubtGrowth(new Money(11), new Money(10)));
    }

    @Test
    void theWebhookGetsWhatSlackTakes() throws IOException {
        try (Hook hook = new Hook();
                Webhook webhook = webhook(hook, 5)) {
            webhook.take(Raised.of(new Alert.UnpricedModel("p", "a\"b\n"), "2026-11-21", clock.instant()));
            hook.await(1);
            assertThat(hook.bodies().getFirst())
                    .isEqualTo(
                            "{\"text\":\"sluice: no price is known for p/a\\\"b\\n: what it costs is missing from every"
                                    + " sum\",\"kind\":\"unpriced_model\",\"subject\":\"p/a\\\"b\\n\",\"window\":\"2026-11-21\","
                                    + "\"at\":\"2026-11-21T23:00:00Z\"}");
        }
    }

    @Test
    void aWebhookThatFailsIsTriedAgainAndThenGivenUp() throws IOException {
        try (Hook hook = new Hook();
                Webhook webhook = webhook(hook, 5)) {
            hook.answers(500, 503, 429, 200);
            webhook.take(Raised.of(EMPTY, "w", clock.instant()));
            hook.await(4);
            hook.answers(500);
            webhook.take(Raised.of(EMPTY, "w", clock.instant()));
            TestGateway.await("it is given up", () -> webhook.dropped() == 1);
            assertThat(hook.bodies()).hasSize(4 + 6);
            assertThat(seen).as("noted as told").hasSize(1);
        }
    }

    @Test
    void aRefusalIsNotTriedAgainAndNoRedirectIsFollowed() throws IOException {
        try (Hook hook = new Hook();
                Hook elsewhere = new Hook();
                Webhook webhook = webhook(hook, 2)) {
            hook.answers(404);
            webhook.take(Raised.of(EMPTY, "w", clock.instant()));
            TestGateway.await("it is given up", () -> webhook.dropped() == 1);
            assertThat(hook.bodies()).hasSize(1);
            hook.redirectTo(elsewhere.address());
            webhook.take(Raised.of(EMPTY, "w", clock.instant()));
            TestGateway.await("it is given up", () -> webhook.dropped() == 2);
            assertThat(elsewhere.bodies()).isEmpty();
        }
    }

    @Test
    void aWebhookThatHangsNeverHoldsAnybodyUp() throws IOException {
        try (Hook hook = new Hook();
                Webhook webhook = webhook(hook, 0)) {
            hook.hang();
            for (int i = 0; i < 150; i++) {
                webhook.take(Raised.of(EMPTY, "w", clock.instant()));
            }
            assertThat(webhook.dropped()).isBetween(49L, 50L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://host/x", "file:///etc/passwd", "//host", "https://", "https://me:pw@host/", "no url"})
    void anAddressThatIsNoneIsRefusedWithoutBeingRepeated(String address) {
        assertThatThrownBy(() -> config(address, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("webhook")
                .hasMessageNotContaining(address);
    }
}
