package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process, really killed. */
class CrashTest {
    private static final int KILLS = 12;

    @TempDir
    private Path path;

    @Test
    void everyAcknowledgedIntentIsInTheBookOnceAfterAnyKill() throws Exception { // L01, L03
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> acknowledged = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged.addAll(killedAfter(random, kill));
        }
        long start = System.nanoTime();
        Books books = Books.open(path);
        Duration recovery = Duration.ofNanos(System.nanoTime() - start);
        books.close();
        Map<String, Attempt> booked = new HashMap<>();
        for (Attempt attempt : Books.booked(path)) {
            assertThat(booked.put(attempt.intent().attemptId(), attempt))
                    .as("twice, seed %d", seed)
                    .isNull();
        }
        System.out.println(
                acknowledged.size() + " acknowledged, " + booked.size() + " booked, recovered in " + recovery);
        assertThat(acknowledged).as("the processes did something").hasSizeGreaterThan(1000);
        assertThat(booked.keySet()).as("seed %d", seed).containsAll(acknowledged);
        assertThat(booked.values())
                .allSatisfy(attempt -> assertThat(attempt.outcome().cost())
                        .as("seed %d, %s", seed, attempt)
                        .isEqualTo(new Cost.Priced(expected(attempt))));
        assertThat(booked.values()).anyMatch(attempt -> attempt.outcome().state() == Outcome.State.IN_DOUBT);
    }

    @Test
    void killedTwentyTimesInARowWhileItRecoversItStillConverges() throws Exception { // L03
        List<String> acknowledged = killedAfter(new Random(3), 0);
        acknowledged.addAll(killedAfter(new Random(4), 1));
        long start = System.nanoTime();
        Process whole = process("measure");
        try (BufferedReader out = whole.inputReader()) {
            out.readLine();
            whole.toHandle().destroyForcibly();
        }
        long startTime = System.nanoTime() - start;
        Random random = new Random(5);
        int killedBeforeOpen = 0;
        for (int kill = 0; kill < 20; kill++) {
            Process process = process("r" + kill);
            // The last third of a start is the recovery; the machine's own part comes before.
            process.waitFor(startTime / 2 + random.nextLong(startTime / 2), TimeUnit.NANOSECONDS);
            process.toHandle().destroyForcibly();
            process.waitFor();
            try (BufferedReader out = process.inputReader()) {
                List<String> said = new ArrayList<>(out.lines().toList());
                killedBeforeOpen += said.isEmpty() ? 1 : 0;
                said.remove("open");
                if (!said.isEmpty()) {
                    acknowledged.addAll(said.subList(0, said.size() - 1)); // The last line may be half a one.
                }
            }
        }
        System.out.println(killedBeforeOpen + " of 20 were killed before they were open");
        Books.open(path).close();
        Set<String> booked = new HashSet<>();
        for (Attempt attempt : Books.booked(path)) {
            assertThat(booked.add(attempt.intent().attemptId())).as("twice").isTrue();
            assertThat(attempt.outcome().cost()).isEqualTo(new Cost.Priced(expected(attempt)));
        }
        assertThat(booked).containsAll(acknowledged);
    }

    private static Money expected(Attempt attempt) {
        return attempt.outcome().state() == Outcome.State.IN_DOUBT
                ? attempt.intent().bound().orElseThrow()
                : new Money(CrashingGateway.cost(attempt.intent().attemptId()));
    }

    private Process process(String prefix) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingGateway.class.getName(),
                        path.toString(),
                        prefix)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Every third process is killed while it starts, and so while it recovers, the others while they book. */
    private List<String> killedAfter(Random random, int kill) throws IOException, InterruptedException {
        Process process = process("k" + kill);
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            int last = kill % 3 == 2 ? 0 : 1 + random.nextInt(4000);
            if (last == 0) {
                process.waitFor(300 + random.nextInt(500), TimeUnit.MILLISECONDS);
            }
            String line = last == 0 ? null : out.readLine();
            while (line != null && lines.size() < last) {
                lines.add(line);
                line = out.readLine();
            }
            // Through its handle: the process itself would close the pipe and lose what was said last.
            process.toHandle().destroyForcibly();
            process.waitFor();
            // What it said before it died counts; a half line does not.
            if (line != null) {
                lines.add(line);
            }
            out.lines().forEach(lines::add);
        }
        lines.remove("open");
        if (!lines.isEmpty() && !lines.getLast().startsWith("k" + kill + "-")) {
            lines.removeLast();
        }
        return lines;
    }
}
