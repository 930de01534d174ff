package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.Hook;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A provider that ignores its cap is told of in words that are true of the budget, too. */
class OverrunAlertTest {
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            budgets:
              - {scope: gateway, amount: 100, period: day}
            alerts: {webhook: "%s"}
            """;

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    @Test
    void anOverrunOfOneCallIsNotToldAsABudgetThatIsOver() throws IOException { // L16
        upstream.bill().price("deepseek/deepseek-flash", "0.15", "0.003", "0.60");
        upstream.on("deepseek", Answers.of("Hi").tokens(1_000_000, 0, 1_000_000));
        try (Hook hook = new Hook();
                TestGateway gateway = TestGateway.start(upstream, SETTINGS.formatted(hook.address()))) {
            gateway.chat("deepseek-flash");
            hook.await(1);
            assertThat(hook.bodies().getFirst())
                    .contains("more than it could have by its cap and our prices")
                    .contains("budget 'gateway a day' (2026-11-21) has spent $0.75 of $100")
                    .contains("\"subject\":\"gateway a day\"")
                    .doesNotContain("is over");
        }
    }
}
