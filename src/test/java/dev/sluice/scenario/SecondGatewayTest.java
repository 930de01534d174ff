package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.journal.TestDisk;
import dev.sluice.testing.ChildProgram;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program started on the data folder of a gateway that is under load. */
class SecondGatewayTest { // L11
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k1, concurrency: 100}
            budgets:
              - {scope: gateway, amount: 1, period: day}
            """;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @Test
    void aSecondGatewayOnTheSameFolderRefusesAndTheFirstGoesOnUnharmed() throws Exception {
        Path data = folder.resolve("data");
        Path settings =
                Files.writeString(folder.resolve("second.yaml"), TestGateway.settings(upstream, SETTINGS, data));
        AtomicBoolean over = new AtomicBoolean();
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, data, TestDisk.large());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> load = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                load.add(threads.submit(() -> callWhileNot(over, gateway)));
            }
            for (int tries = 0; tries < 2; tries++) {
                try (ChildProgram second =
                        ChildProgram.start(folder, List.of(), "serve", "--config", settings.toString())) {
                    assertThat(second.exit()).isEqualTo(1);
                    assertThat(second.err())
                            .contains(
                                    "another gateway (process "
                                            + ProcessHandle.current().pid() + ") uses",
                                    "" + data);
                }
            }
            over.set(true);
            int calls = 0;
            for (Future<Integer> one : load) {
                calls += one.get();
            }
            gateway.restart();
            assertThat(gateway.ledger()).hasSize(calls).allMatch(LedgerRow::settled);
            assertThat(gateway.audit().wrong()).isEmpty();
        }
    }

    @Test
    void aJobBesideAGatewayThatItDoesNotFindIsToldHowToNameIt() throws Exception {
        Path data = folder.resolve("data");
        Path settings = Files.writeString(
                folder.resolve("second.yaml"),
                TestGateway.settings(upstream, "listen: {port: 0, loops: 1}\n" + SETTINGS, data));
        Path job = Path.of("examples/scout.yaml").toAbsolutePath();
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, data, TestDisk.large());
                ChildProgram run = ChildProgram.start(
                        folder, List.of(), "job", "run", job.toString(), "--config", settings.toString())) {
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("uses the data folder " + data + "; name its address with --gateway");
            assertThat(gateway.get("/health").status()).isEqualTo(200);
        }
    }

    private static int callWhileNot(AtomicBoolean over, TestGateway gateway) {
        int calls = 0;
        while (!over.get()) {
            assertThat(gateway.chat("deepseek-flash").status()).isEqualTo(200);
            calls++;
        }
        return calls;
    }
}
