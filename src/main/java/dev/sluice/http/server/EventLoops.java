package dev.sluice.http.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that talk to clients and providers. They are ready before anything listens. */
public final class EventLoops implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    /** No file is ever served, so no folder for copies of files is made that a kill would leave behind. */
    private static final FileSystemOptions NO_FILES =
            new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);

    private final Vertx vertx;
    private final int count;

    private EventLoops(Vertx vertx, int count) {
        this.vertx = vertx;
        this.count = count;
    }

    /**
     * Starts them.
     *
     * @param count usually one for each processor
     * @param wanted how they talk to the kernel
     * @throws IOException where this machine has no such transport
     */
    public static EventLoops start(int count, Transport wanted) throws IOException {
        Transport transport = wanted.found();
        LOG.info("{} event loops, {}", count, transport.word());
        return new EventLoops(
                Vertx.builder()
                        .with(new VertxOptions().setEventLoopPoolSize(count).setFileSystemOptions(NO_FILES))
                        .withTransport(transport.vertx())
                        .build(),
                count);
    }

    /** Listens with every loop. */
    public void listen(LaneServer.Edge edge) throws IOException {
        listen(edge, count);
    }

    /** @throws IOException where the port cannot be had */
    public void listen(LaneServer.Edge edge, int lanes) throws IOException {
        Future<String> deployed =
                vertx.deployVerticle(() -> new LaneServer(edge), new DeploymentOptions().setInstances(lanes));
        try {
            deployed.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(LONGEST_START.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException("cannot listen on " + edge.host() + ":" + edge.port() + ": " + why(cause), cause);
        }
    }

    /** In words for people. Of the native transports' messages the last part has them. */
    private static String why(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("Address already in use")
                ? "another program has this port; end it, or choose another with --port or in the settings"
                : message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    /** Ends them, with every connection. Once is enough, twice is allowed. */
    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failed -> {
                    LOG.warn("the server did not close cleanly: {}", failed.toString());
                    return null;
                })
                .join();
    }
}
