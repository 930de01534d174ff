package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Many lives of a gateway's money. A seed that fails can be lived again by its number: {@code bench/simulate-ledger
 * --seed N}.
 */
class SpendingSimulationTest {
    private static final int SEEDS = Integer.getInteger("sluice.seeds", 200);
    private static final int STEPS = Integer.getInteger("sluice.steps", 600);
    private static final long FIRST = Long.getLong("sluice.seed", 1);

    @Test
    void noSeedOverspendsForgetsOrBooksTwice() throws IOException { // L13, B03, G5
        long crashes = 0;
        long refused = 0;
        long introduced = 0;
        long jumps = 0;
        long recalled = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                int[] counts = live(seed);
                crashes += counts[0];
                refused += counts[1];
                introduced += counts[2];
                jumps += counts[3];
                recalled += counts[4];
            } catch (IOException | RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + " fails; bench/simulate-ledger --seed " + seed, failed);
            }
            if (SEEDS > 1000 && seed % 500 == 0) {
                System.out.println(seed + " seeds, " + crashes + " power failures, " + refused + " refusals, "
                        + introduced + " limits while calls ran");
            }
        }
        System.out.println(SEEDS + " seeds of " + STEPS + " steps from seed " + FIRST + ": " + crashes
                + " power failures, " + refused + " refusals, " + introduced + " limits while calls ran, " + jumps
                + " jumps of the clock, " + recalled + " windows recalled");
        assertThat(crashes).as("the check is worth something").isPositive();
        assertThat(refused).as("the limits bind").isPositive();
        assertThat(recalled)
                .as("the clock comes back into windows that were forgotten")
                .isPositive();
        assertThat(introduced).as("limits come while calls run").isPositive();
    }

    @Test
    void aSeedGivesTheSameLifeEachTime() throws IOException {
        for (long seed = FIRST; seed < FIRST + 5; seed++) {
            assertThat(live(seed)).as("seed %d", seed).containsExactly(live(seed));
        }
    }

    private static int[] live(long seed) throws IOException {
        Path ram = Path.of("/dev/shm");
        Path folder = Files.isWritable(ram)
                ? Files.createTempDirectory(ram, "sluice-simulation")
                : Files.createTempDirectory("sluice-simulation");
        try (SpendingSimulation simulation = new SpendingSimulation(seed, folder)) {
            return simulation.run(STEPS);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
