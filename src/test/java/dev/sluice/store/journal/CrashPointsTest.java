package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.LedgerContract;
import dev.sluice.ledger.Samples;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger says of an attempt after a crash at each point of its way. A crash is a copy of the files. */
class CrashPointsTest { // L02
    @TempDir
    private Path path;

    @Test
    void atEachOfSixPointsACrashLeavesTheRightStateAndNeverAVoidOne() throws IOException {
        Path live = path.resolve("live");
        Sync disk = channel -> {
            image("at the sync");
            channel.force(false);
        };
        try (DataFolder folder = DataFolder.lock(live);
                SqliteArchive archive = SqliteArchive.open(folder)) {
            JournaledLedger ledger = JournaledLedger.stepped(folder, Books.SMALL, archive, Clocks.SYSTEM, disk);
            ledger.writeOnce();
            LedgerContract.Answer answer = new LedgerContract.Answer();
            ledger.intend(Samples.intent("a"), Runnable::run, answer);
            image("1 before the intent is synced");
            ledger.writeOnce();
            assertThat(answer.next()).isEqualTo("durable");
            copy(path.resolve("at the sync"), path.resolve("1b at its sync"));
            image("2 after the intent is synced");
            // Sending it, and the answer's last byte, leave no trace in the ledger.
            image("3 after it was sent");
            image("4 after its last byte");
            ledger.settle(Samples.settled("a", 5));
            image("5 before the end is synced");
            ledger.writeOnce();
            image("6 after the end is synced");
            ledger.copyOnce();
            image("7 when the archive has it");
        }
        assertThat(stateAfter("1 before the intent is synced")).isEmpty();
        // Nothing was sent; a process that dies here may leave the record, which is then in doubt for nothing.
        assertThat(stateAfter("1b at its sync")).isIn(List.of(), List.of("IN_DOUBT"));
        assertThat(stateAfter("2 after the intent is synced")).containsExactly("IN_DOUBT");
        assertThat(stateAfter("3 after it was sent")).containsExactly("IN_DOUBT");
        assertThat(stateAfter("4 after its last byte")).containsExactly("IN_DOUBT");
        assertThat(stateAfter("5 before the end is synced")).containsExactly("IN_DOUBT");
        assertThat(stateAfter("6 after the end is synced")).containsExactly("SETTLED");
        assertThat(stateAfter("7 when the archive has it")).containsExactly("SETTLED");
    }

    private List<String> stateAfter(String image) throws IOException {
        for (int life = 0; life < 2; life++) {
            Books.open(path.resolve(image)).close();
        }
        return Books.column(path.resolve(image), "SELECT state FROM attempt");
    }

    private void image(String name) throws IOException {
        copy(path.resolve("live"), path.resolve(name));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.sorted().toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(file)) {
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
