package dev.sluice;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened, to be closed the other way round. Not thread-safe. */
final class Closer implements Closeable {
    private final Deque<Closeable> opened = new ArrayDeque<>();

    void add(Closeable one) {
        opened.push(one);
    }

    /**
     * Closes all, the last opened first, also those behind one that fails.
     *
     * @throws IOException the first failure; later ones are its suppressed ones
     */
    @Override
    public void close() throws IOException {
        if (!opened.isEmpty()) {
            try (Closer _ = this) { // The rest, whatever comes of this one.
                opened.pop().close();
            }
        }
    }

    /** Closes all because of a failure, which is what its caller hears of; others are its suppressed ones. */
    void closeAfter(Exception failed) {
        try {
            close();
        } catch (IOException | RuntimeException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }
}
