package dev.sluice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.limit.Backoff;
import dev.sluice.limit.BreakerConfig;
import dev.sluice.pipeline.PipelineConfig;
import dev.sluice.pipeline.RateLimits;
import dev.sluice.pipeline.money.SpendingRules;
import dev.sluice.pipeline.repeat.IdempotencyConfig;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(example.bounds().idempotency()).isEqualTo(IdempotencyConfig.DEFAULT);
        assertThat(example.sandbox()).isEqualTo(SandboxConfig.DEFAULT);
        assertThat(example.spending().rules()).isEqualTo(SpendingRules.DEFAULT);
        assertThat(example.spending().inDoubt()).isEqualTo(SpendingSettings.IN_DOUBT);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            rate-limits: {embeddings: -1}                    | rate-limits: must not be negative; 0 means no limit
            requests: {attempts: 0}                          | requests: attempts must be at least 1
            requests: {deadline: 0s}                         | requests: deadline and heartbeat must be more than nothing
            requests: {heartbeat: 0s}                        | requests: deadline and heartbeat must be more than nothing
            retry: {retries: -1}                             | retry: retries must not be negative
            retry: {first: 9s}                               | retry: longest must be at least as long as first
            breaker: {failures: 11}                          | breaker: failures must be at least 1 and at most calls
            breaker: {window: 0s}                            | breaker: window and first-open must be more than nothing
            breaker: {first-open: 11m}                       | breaker: longest-open must be at least as long as first-open
            server: {body: 0}                                | server: body must be 1 byte to 1GiB, and bodies at least as much
            server: {bodies: 1MiB}                           | server: body must be 1 byte to 1GiB, and bodies at least as much
            server: {headers: 1}                             | server: headers must be 1KiB to 1MiB
            server: {headers: 5GiB}                          | server: headers must be 1KiB to 1MiB
            server: {connections: 0}                         | server: connections must be at least 1, and wrong-keys not negative
            server: {wrong-keys: -1}                         | server: connections must be at least 1, and wrong-keys not negative
            server: {idle-connection: 0s}                    | server: body-time, idle-connection and stalled-client must be more than nothing
            sandbox: {fail-status: 9}                        | sandbox: fail-every must not be negative, fail-status 400 to 599
            listen: {loops: -1}                              | listen.loops: must be 0, for one for each processor, to 256; each is a thread, and more than processors only take turns
            keys: [{name: a, key: x, hash: y}]               | keys[0].hash: stands beside 'key', and one of them says it all; take one out
            listen: {origins: [chat.example.com]}            | listen.origins: must be * or begin with a scheme, such as https://chat.example.com, not 'chat.example.com'
            credit-check: 0s                                 | credit-check: must be more than nothing
            providers: {ollama: {concurrency: 0}}            | providers.ollama: provider ollama: concurrency must be at least 1, and queue not negative
            providers: {ollama: {queue: -1}}                 | providers.ollama: provider ollama: concurrency must be at least 1, and queue not negative
            providers: {ollama: {idle: 0s}}                  | providers.ollama: provider ollama: first-content, whole-answer and idle must be more than nothing
            providers: {ollama: {context: {m: -5}}}          | providers.ollama: provider ollama: context and max-output are at least 1 token
            providers: {ollama: {max-output: 0}}             | providers.ollama: provider ollama: context and max-output are at least 1 token
            keys: [{name: a, key: x, tier: gold}]            | keys[0].tier: there is no tier 'gold' under 'tiers'
            providers: {qqqqqqqqqqqq: {url: "http://x/v1"}}  | providers.qqqqqqqqqqqq: 'qqqqqqqqqqqq' is not a known kind of provider. For any OpenAI-style server write 'kind: openai-compatible' and its 'url'
            """)
    void aValueThatCannotWorkIsRefusedWithItsPlace(String line, String words) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read(line))
                .withMessage("my.yaml:1: " + words);
    }

    @Test
    void limitsAreToldInOneLineEach() {
        Settings settings = read("""
                providers: {ollama: {}}
                models: {small: ollama/small}
                tiers: {free: {calls-per-day: 5, concurrency: 2}}
                budgets:
                  - {scope: gateway, amount: 100, period: day, limit: soft, cheaper: small}
                  - {scope: "user/*", amount: 0.5, period: total}
                """);
        assertThat(settings.spending().limits())
                .extracting(Limit::describe)
                .containsExactly(
                        "tier free a day: 5 calls, hard, as counted in Asia/Seoul",
                        "tier free: 2 calls at once, hard",
                        "gateway a day: $100, soft, cheaper from 80% (small), as counted in Asia/Seoul",
                        "user/*: $0.5, hard");
    }

    @Test
    void budgetsThatMakeNoSenseAreRefusedWithTheirPlace() {
        Map<String, String> mistakes = Map.ofEntries(
                Map.entry("{scope: planet/x, amount: 1, period: day}", "'planet' is no scope"),
                Map.entry("{scope: tenant, amount: 1, period: day}", "needs a name, such as tenant/acme"),
                Map.entry("{scope: gateway/x, amount: 1, period: day}", "takes no name"),
                Map.entry("{scope: gateway, amount: -1, period: day}", "not negative"),
                Map.entry("{scope: gateway, amount: .nan, period: day}", "plain decimal"),
                Map.entry("{scope: gateway, amount: 1e3, period: day}", "plain decimal"),
                Map.entry("{scope: gateway, amount: 1, period: minute}", "day, week, month or total"),
                Map.entry("{scope: gateway, amount: 1, period: day, zone: Asia/Soeul}", "did you mean 'Asia/Seoul'?"),
                Map.entry(
                        "{scope: gateway, amount: 1, period: day, zone: Mars/One}",
                        "'Mars/One' is no time zone. Write one such as Asia/Seoul or UTC"),
                Map.entry("{scope: gateway, amount: 1, period: day, marks: [0]}", "1 to 100"),
                Map.entry("{scope: gateway, amount: 1, period: day, cheaper-from: 120}", "1 to 100"),
                Map.entry("{scope: gateway, amount: 1, period: day, limit: firm}", "hard or soft"),
                Map.entry("{scope: tier/none, amount: 1, period: day}", "there is no tier 'none'"),
                Map.entry("{scope: gateway, period: day}", "needs an 'amount'"));
        mistakes.forEach((budget, words) -> assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("budgets:\n  - " + budget + "\n"))
                .as(budget)
                .withMessageContaining("my.yaml:2: budgets[0]")
                .withMessageContaining(words));
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("""
                        budgets:
                          - {scope: gateway, amount: 1, period: day}
                          - {scope: gateway, amount: 2, period: day}
                        """))
                .withMessageContaining("my.yaml:3: budgets[1].scope: there is another budget");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("tiers: {t: {calls-per-minute: 9, calls-per-day: 5}}"))
                .withMessageContaining("is more than calls-per-day allows");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("booking: false\nbudgets: [{scope: gateway, amount: 1, period: day}]"))
                .withMessageContaining("budgets and tiers need a ledger");
    }
}
