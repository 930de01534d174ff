package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
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

    @Test
    void aStartWithNobodyToAskSaysSoAndHowToChangeIt() throws IOException { // check 143
        try (InProcess gateway = start("")) {
            assertThat(gateway.findings())
                    .contains("No provider has a key, so every call will be refused with 503.")
                    .anyMatch(line -> line.startsWith("Set one of DEEPSEEK_API_KEY, "));
        }
    }

    @Test
    void aStartNamesWhoIsLeftOutForWantOfAKey() throws IOException { // check 143
        try (InProcess gateway = start("providers:\n  deepseek: {}\n  vllm: {url: \"http://127.0.0.1:1/v1\"}\n")) {
            assertThat(gateway.findings())
                    .anyMatch(line -> line.startsWith("Left out, because no key is set: ")
                            && line.contains("deepseek (DEEPSEEK_API_KEY)"));
        }
    }
}
