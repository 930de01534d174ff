package dev.sluice;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is slow to open and is being opened on a thread of its own, while the start goes on with what does not
 * need it.
 */
final class EarlyStart<T extends Closeable> implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyStart.class);

    private final FutureTask<T> task;

    private EarlyStart(FutureTask<T> task) {
        this.task = task;
    }

    /** @param name of the thing, for the name of its thread */
    static <T extends Closeable> EarlyStart<T> begin(String name, Callable<T> open) {
        FutureTask<T> task = new FutureTask<>(open);
        Thread.ofPlatform().name("open-" + name).start(task);
        return new EarlyStart<>(task);
    }

    /** @throws IOException where it cannot be had, with a sentence for the operator */
    T await() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException failed) {
            throw reason(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while starting", stopped);
        }
    }

    private static IOException reason(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException known -> known;
            case RuntimeException unknown -> throw unknown;
            case null, default -> new IOException(failed);
        };
    }

    /** Closes it, once it is open, however long that takes; there is nothing to close where it never was. */
    @Override
    public void close() throws IOException {
        boolean interrupted = false;
        while (!task.isDone()) {
            try {
                task.get();
            } catch (ExecutionException neverOpened) {
                LOG.debug("there is nothing to close", neverOpened);
            } catch (InterruptedException _) {
                interrupted = true; // What would be open for good if nobody closed it is waited for.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (task.state() == Future.State.SUCCESS) {
            task.resultNow().close();
        }
    }
}
