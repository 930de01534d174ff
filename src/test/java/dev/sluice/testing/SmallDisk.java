package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/** A real file system of a few mebibytes in memory, to be filled. Where it cannot be mounted the test is skipped, loudly. */
public final class SmallDisk implements AutoCloseable {
    private final Path path;
    private final Path ballast;

    private SmallDisk(Path path) {
        this.path = path;
        this.ballast = path.resolve("ballast");
    }

    /** @param folder where it is to be mounted, below */
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
        Path path = Files.createDirectory(folder.resolve("disk"));
        String options = "size=" + mebibytes + "m,mode=700";
        boolean mounted = Shell.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString());
        if (!mounted) {
            System.err.println("SKIPPED: no small disk can be mounted here, so a full one was not tried");
        }
        Assumptions.assumeTrue(mounted, "no small disk can be mounted here");
        return new SmallDisk(path);
    }

    public Path path() {
        return path;
    }

    /** Leaves not a byte. */
    public void fill() throws IOException {
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(channel.size());
            while (true) {
                channel.write(ByteBuffer.allocate(4096));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    public void makeSpace() throws IOException {
        Files.delete(ballast);
    }

    @Override
    public void close() {
        Shell.run("umount", path.toString());
    }
}
