package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start says about whom it can ask. */
class FindingsTest {
    @TempDir
    private Path data;

    private InProcess start(String yaml) throws IOException {
        return InProcess.start(
                "data: " + data + "\nlisten: {port: 0, loops: 1}\n" + yaml,
                new Clocks(Ticker.SYSTEM, new HandClock("2026-11-21T12:00:00Z")));
    }

    private List<String> told(String yaml) throws IOException {
        try (InProcess gateway = start(yaml)) {
            return gateway.findings();
        }
    }

    @Test
    void aStartWithNobodyToAskSaysSoAndHowToChangeIt() throws IOException { // check 143
        assertThat(told(""))
                .endsWith(
                        "The settings name no provider, so every call will be refused with 503.",
                        "Add one under 'providers', such as a local server, or 'deepseek: {}' with DEEPSEEK_API_KEY set.");
        assertThat(told("providers: {deepseek: {}, router: {kind: openrouter}}\n"))
                .endsWith(
                        "No provider has a key, so every call will be refused with 503.",
                        "Set one of DEEPSEEK_API_KEY, OPENROUTER_API_KEY, or add a local server under 'providers'.");
        assertThat(told("providers: {deepseek: {}}\n"))
                .endsWith("Set DEEPSEEK_API_KEY, or add a local server under 'providers'.");
    }

    @Test
    void ofThoseThatTheFileNamesAStartSaysWhoIsLeftOutForWantOfAKey() throws IOException { // check 143
        String vllm = "  vllm: {url: \"http://127.0.0.1:1/v1\"}\n";
        assertThat(told("providers:\n  deepseek: {}\n  router: {kind: openrouter}\n" + vllm))
                .endsWith(
                        "Backend mode: ollama.",
                        "Left out, because no key is set: deepseek (DEEPSEEK_API_KEY), router (OPENROUTER_API_KEY).");
        assertThat(told("providers:\n" + vllm)).endsWith("Backend mode: ollama.");
    }

    @Test
    void aSandboxThatTheFileNamesIsNotTakenForWantOfAnybodyElse() throws IOException {
        assertThat(told("providers: {sandbox: {}}\n"))
                .endsWith("Only the sandbox answers: deterministic text, no model behind it.", "Backend mode: ollama.");
    }

    @Test
    void theExampleIsACallThatCanBeMade() throws IOException {
        String sandbox = "providers: {sandbox: {}}\nmodels: {m: sandbox/any}\n";
        try (InProcess gateway = start(sandbox)) {
            assertThat(gateway.example())
                    .isEqualTo("Try it:  curl " + gateway.address() + "/api/chat -d '{\"model\": \"m\","
                            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'");
        }
        try (InProcess gateway = start(sandbox + "keys: [{name: app, key: secret-of-app}]\n")) {
            assertThat(gateway.example())
                    .startsWith("Try it with a key in SLUICE_KEY:  curl " + gateway.address()
                            + "/api/chat -H \"Authorization: Bearer $SLUICE_KEY\" -d '{\"model\": \"m\",")
                    .doesNotContain("secret-of-app");
        }
    }
}
