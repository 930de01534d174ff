package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.command.InProcess;
import dev.sluice.testing.ChildProgram;
import dev.sluice.testing.Shell;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start on a data folder that cannot be used says why, in one sentence with the path, and ends with an error. */
class UnusableDataTest { // L09
    private static final String SOMEBODY_ELSE = "65534";

    @TempDir
    private Path folder;

    /** Makes something of a path where the data should be. */
    @FunctionalInterface
    private interface Harm {
        void happen(Path data) throws Exception;
    }

    private record Refusal(Path data, String words, ChildProgram program) {}

    private final Map<String, Refusal> refusals = new LinkedHashMap<>();

    /** Superuser that we may be, files have to be refused to us as to everybody: without its privileges. */
    private static List<String> unprivileged() {
        if (!isSuperuser()) {
            return List.of();
        }
        List<String> wrapper = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");
        boolean works = Shell.run("setpriv", "--bounding-set=-all", "--inh-caps=-all", "true");
        if (!works) {
            System.err.println("SKIPPED: the superuser cannot be stripped here, so nothing is refused to us");
        }
        Assumptions.assumeTrue(works, "the superuser cannot be stripped here");
        return wrapper;
    }

    private static boolean isSuperuser() {
        return System.getProperty("user.name").equals("root");
    }

    private static void allow(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void giveAway(Path path) {
        assertThat(Shell.run("chown", SOMEBODY_ELSE, path.toString())).isTrue();
    }

    private static String settings(Path data) {
        return "data: " + data + "\nlisten: {port: 0, loops: 1}\nproviders: {sandbox: {}}\n";
    }

    /** A folder as an orderly end leaves it, and then the harm. */
    private static Harm used(Harm harm) {
        return data -> {
            InProcess.start(settings(data), Clocks.SYSTEM).close();
            harm.happen(data);
        };
    }

    /** Starts the program on a folder after the harm; all at once, because each start takes long. */
    private void start(String name, Harm harm, String words) throws Exception {
        Path data = folder.resolve(name);
        harm.happen(data);
        Path file = Files.writeString(Files.createTempFile(folder, "settings", ".yaml"), settings(data));
        refusals.put(
                name,
                new Refusal(
                        data,
                        words,
                        ChildProgram.startUnder(unprivileged(), folder, "serve", "--config", file.toString())));
    }

    private void assertRefused() throws Exception {
        for (Map.Entry<String, Refusal> entry : refusals.entrySet()) {
            try (ChildProgram program = entry.getValue().program()) {
                int exit = program.exit();
                String said = program.err();
                assertThat(exit).as("%s: %s", entry.getKey(), said).isEqualTo(1);
                assertThat(said)
                        .contains(
                                "sluice: ",
                                entry.getValue().data().toString(),
                                entry.getValue().words())
                        .doesNotContain("\tat ", "Exception");
                assertThat(program.out()).doesNotContain("is ready");
            }
        }
    }

    @Test
    void aFolderThatCannotBeMadeOrWrittenTo() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        allow(closed, "r-x------");
        start("a file", Files::createFile, "cannot make the data folder");
        start("closed/missing", _ -> {}, "cannot make the data folder");
        start("read-only", data -> allow(Files.createDirectory(data), "r-x------"), "cannot write to the data folder");
        assertRefused();
    }

    @Test
    void filesThatMayOnlyBeRead() throws Exception {
        start("read-only-db", used(data -> allow(data.resolve("sluice.db"), "r--------")), "readonly database");
        start("read-only-lock", used(data -> allow(data.resolve("lock"), "r--------")), "permission denied: ");
        start("read-only-journal", used(data -> allow(data.resolve("journal"), "r-x------")), "permission denied: ");
        assertRefused();
    }

    @Test
    void filesOfSomebodyElse() throws Exception {
        if (!isSuperuser()) {
            System.err.println("SKIPPED: files cannot be given away here, so nobody else's were tried");
        }
        Assumptions.assumeTrue(isSuperuser(), "files cannot be given away here");
        start("their-folder", used(UnusableDataTest::giveAway), "cannot write to the data folder");
        start("their-db", used(data -> giveAway(data.resolve("sluice.db"))), "cannot open the database");
        start("their-lock", used(data -> giveAway(data.resolve("lock"))), "permission denied: ");
        start("their-journal", used(data -> giveAway(data.resolve("journal"))), "permission denied: ");
        assertRefused();
    }

    @Test
    void aDiskThatMayOnlyBeRead() throws Exception {
        Path data = folder.resolve("mounted");
        used(_ -> {}).happen(data);
        boolean mounted = Shell.run("mount", "--bind", data.toString(), data.toString())
                && Shell.run("mount", "-o", "remount,bind,ro", data.toString());
        if (!mounted) {
            System.err.println("SKIPPED: nothing can be mounted here, so a read-only disk was not tried");
        }
        try {
            Assumptions.assumeTrue(mounted, "nothing can be mounted here");
            start("mounted", _ -> {}, "cannot write to the data folder");
            assertRefused();
        } finally {
            Shell.run("umount", data.toString());
        }
    }
}
