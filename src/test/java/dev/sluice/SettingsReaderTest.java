package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.http.HttpConfig;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.pipeline.SpendingRules;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
    private static final Environment NOTHING = new Environment(Map.of());
    private static final Path EXAMPLE = Path.of("sluice.example.yaml");

    private static Settings read(String text) {
        return SettingsReader.read("my.yaml", SettingsFile.parse("my.yaml", text, NOTHING::get), NOTHING);
    }

    @Test
    void theExampleFileHoldsEveryKey() {
        Section root = SettingsFile.read(EXAMPLE, NOTHING::get);
        SettingsReader.read("example", root, NOTHING);
        List<String> missing = root.unwritten().stream()
                .filter(path -> !path.matches("providers\\.(openrouter|ollama-cloud|ollama|vllm|vllm-embed)\\..*"))
                .filter(path -> !path.matches("tiers\\.(premium|enterprise)\\..*|budgets\\[1]\\..*"))
                .filter(path -> !path.matches("keys\\[0]\\.hash|keys\\[1]\\..*"))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void theExampleFileShowsTheDefaults() {
        Settings example = SettingsReader.read("example", SettingsFile.read(EXAMPLE, NOTHING::get), NOTHING);
        assertThat(example.bounds().rates()).isEqualTo(RateLimits.DEFAULT);
        assertThat(example.bounds().pipeline()).isEqualTo(PipelineConfig.DEFAULT);
        assertThat(example.bounds().retry()).isEqualTo(Backoff.DEFAULT);
        assertThat(example.bounds().breaker()).isEqualTo(BreakerConfig.DEFAULT);
        assertThat(example.bounds().http()).isEqualTo(HttpConfig.DEFAULT);
        assertThat(example.sandbox()).isEqualTo(SandboxConfig.DEFAULT);
        assertThat(example.allowances().rules()).isEqualTo(SpendingRules.DEFAULT);
        assertThat(example.allowances().inDoubt()).isEqualTo(Allowances.IN_DOUBT);
        assertThat(example.drain()).isEqualTo(Settings.DRAIN);
        assertThat(example.creditCheck()).isEqualTo(Settings.CREDIT_CHECK);
        assertThat(example.listening().port()).isEqualTo(Settings.Listening.PORT);
    }

    @Test
    void readsChainsInAllThreeForms() {
        Settings settings = read("""
                providers:
                  deepseek: {key: k}
                  vllm: {}
                models:
                  a: {order: written, chain: [deepseek/x, vllm/org/y]}
                  b: vllm/z
                  c: [deepseek/x, vllm/y]
                """);
        assertThat(settings.offer().chains().get("a"))
                .isEqualTo(new Chain(List.of(new Hop("deepseek", "x"), new Hop("vllm", "org/y")), Chain.Order.WRITTEN));
        assertThat(settings.offer().chains())
                .containsEntry("b", new Chain(List.of(new Hop("vllm", "z")), Chain.Order.PRICE));
        assertThat(settings.offer().chains())
                .containsEntry(
                        "c", new Chain(List.of(new Hop("deepseek", "x"), new Hop("vllm", "y")), Chain.Order.PRICE));
    }

    @Test
    void namesTheProviderThatWasProbablyMeant() {
        assertThatThrownBy(() -> read("""
                        providers:
                          deepseek: {key: k}
                        models:
                          a: deepsek/x
                        """))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "my.yaml:4: models.a: there is no provider 'deepsek' under 'providers'; did you mean 'deepseek'?");
    }

    @Test
    void refusesAnUnknownKindByName() {
        assertThatThrownBy(() -> read("providers:\n  mine:\n    kind: vlm\n    url: http://x/v1\n"))
                .hasMessageContaining("my.yaml:3")
                .hasMessageContaining("did you mean 'vllm'?");
    }

    @Test
    void refusesAnAddressWithAPasswordInIt() {
        assertThatThrownBy(() -> read("providers:\n  vllm:\n    url: http://me:secret@host/v1\n"))
                .hasMessageContaining("put the key under 'key'")
                .hasMessageNotContaining("secret");
    }

    @Test
    void neverPrintsAKey() {
        assertThat(read("providers:\n  deepseek: {key: s3cret}\n").toString()).doesNotContain("s3cret");
    }

    @Test
    void takesProviderAddressesFromTheirOwnVariables() {
        Environment environment = new Environment(Map.of("VLLM_BASE_URL", "http://10.0.0.7:9000/v1"));
        Settings settings = SettingsReader.read(
                "my.yaml", SettingsFile.parse("my.yaml", "providers: {vllm: {}}", environment::get), environment);
        assertThat(settings.offer().providers().getFirst().address()).hasToString("http://10.0.0.7:9000/v1");
    }
}
