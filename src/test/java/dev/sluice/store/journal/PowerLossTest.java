package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.ForgetfulDisk.Loss;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.store.sqlite.SqliteAudit;
import dev.sluice.testing.Shell;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The power goes at the syncs of a program that books. Its system calls are recorded; from them come images of a disk on
 * which what was not synced is lost, or there in part and in any order. Each image is opened as after a power failure.
 */
class PowerLossTest { // L04
    private static final int IMAGES = Integer.getInteger("sluice.images", 60);
    private static final int STEPS = Integer.getInteger("sluice.steps", 1_200);
    private static final long SEED = Long.getLong("sluice.seed", 1);
    private static final String DATA = "data";
    private static final List<Loss> LOSSES = List.of(Loss.SOME, Loss.ALL, Loss.SOME, Loss.NONE);

    private final Random random = new Random(SEED);
    private final Map<String, String> promised = new HashMap<>();
    private Path folder;
    private Path disk;
    private int syncs;
    private int images;

    @BeforeEach
    void make() throws IOException {
        Path ram = Path.of("/dev/shm");
        folder = Files.isWritable(ram)
                ? Files.createTempDirectory(ram, "sluice-power")
                : Files.createTempDirectory("sluice-power");
        disk = Files.createDirectory(folder.resolve("disk"));
    }

    @AfterEach
    void delete() throws IOException {
        delete(folder);
    }

    @Test
    void whateverWasPromisedIsThereAfterThePowerWentAtAnySync() throws Exception {
        assumeThat(Shell.run("strace", "-o", folder.resolve("tried").toString(), "true"))
                .as("strace can be had on this machine")
                .isTrue();
        Path calls = recorded();
        int all = count(calls);
        ForgetfulDisk model = new ForgetfulDisk(disk);
        new SystemCalls(model, this::promise, () -> {
                    syncs++;
                    int until = (int) ((long) syncs * IMAGES / all);
                    while (images < until) {
                        look(model);
                    }
                })
                .replay(calls);
        look(model);
        System.out.println(images + " images at " + all + " syncs, " + promised.size() + " attempts promised");
        assertThat(promised).as("the check is worth something").hasSizeGreaterThan(STEPS / 10);
        assertThat(promised.values()).contains("DURABLE").anyMatch(state -> state.startsWith("SETTLED"));
    }

    private Path recorded() throws Exception {
        Path calls = folder.resolve("calls");
        List<String> command = new ArrayList<>(List.of("strace", "-ff", "-y", "-s", "2000000", "-o", calls.toString()));
        command.addAll(List.of("-e", "signal=none", "-e", "trace=" + SystemCalls.RECORDED));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                RecordedBooks.class.getName(),
                disk.resolve(DATA).toString(),
                Long.toString(SEED),
                Integer.toString(STEPS)));
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("calls."))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private int count(Path calls) throws IOException {
        String sync = "sync(";
        try (Stream<String> lines = Files.lines(calls, StandardCharsets.ISO_8859_1)) {
            return (int) lines.filter(line -> line.startsWith(sync, 1) || line.startsWith(sync, "fdata".length()))
                    .filter(line -> line.contains("<" + disk))
                    .count();
        }
    }

    /** {@code durable ID}, or {@code booked ID NANOS}. */
    private void promise(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "durable" -> promised.put(words[1], "DURABLE");
            case "booked" -> promised.put(words[1], "SETTLED " + words[2]);
            default -> throw new AssertionError(line);
        }
    }

    private void look(ForgetfulDisk model) throws IOException {
        Loss loss = LOSSES.get(images % LOSSES.size());
        Path left = folder.resolve("image-" + images++);
        model.image(left, loss, random);
        Path image = left.resolve(DATA);
        String where = "seed " + SEED + ", image " + images + " at sync " + syncs + ", " + loss + " lost";
        try (DataFolder data = DataFolder.lock(image);
                SqliteArchive archive = SqliteArchive.open(data)) {
            JournaledLedger.stepped(data, Books.SMALL, archive, Clocks.SYSTEM, Sync.DATA);
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(where, e);
        }
        assertThat(SqliteAudit.run(image, (_, _) -> {}).wrong()).as(where).isEmpty();
        assertKept(where, image);
        delete(left);
    }

    private void assertKept(String where, Path image) {
        Map<String, String> found = new HashMap<>();
        for (String row :
                Books.column(image, "SELECT attempt_id || ' ' || state || ' ' || coalesce(cost, 0) FROM attempt")) {
            int space = row.indexOf(' ');
            assertThat(found.put(row.substring(0, space), row.substring(space + 1)))
                    .as("%s: twice", where)
                    .isNull();
        }
        promised.forEach((id, state) -> {
            String now = found.getOrDefault(id, "gone");
            if (state.equals("DURABLE")) {
                assertThat(now).as("%s: %s", where, id).isIn("IN_DOUBT 1000", "SETTLED " + RecordedBooks.cost(id));
            } else {
                assertThat(now).as("%s: %s", where, id).isEqualTo(state);
            }
        });
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
