package dev.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path path;

    @Test
    void aMissingFolderIsMadeForItsOwnerOnly() throws IOException {
        Path wanted = path.resolve("a/b");
        try (DataFolder folder = DataFolder.lock(wanted)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void onlyOneAtATimeHasTheFolder() throws IOException { // L11
        DataFolder first = DataFolder.lock(path);
        assertThatIOException().isThrownBy(() -> DataFolder.lock(path)).withMessageContaining("another gateway");
        first.close();
        assertThatCode(() -> DataFolder.lock(path).close()).doesNotThrowAnyException();
    }

    @Test
    void aFileInTheFoldersPlaceIsNamed() throws IOException { // L09
        Path file = Files.createFile(path.resolve("file"));
        assertThatIOException()
                .isThrownBy(() -> DataFolder.lock(file))
                .withMessageContaining("cannot make the data folder " + file);
    }
}
