package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.KeyStore;
import dev.sluice.alert.Alerts;
import dev.sluice.config.Reloading;
import dev.sluice.ledger.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.time.Ticker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server: one lane per event loop on one port. */
public final class GatewayServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final long QUIET_LOOK = 10_000_000;
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    /** No file is ever served, so no folder for copies of files is made that a kill would leave behind. */
    private static final FileSystemOptions NO_FILES =
            new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);

    private final Vertx vertx;
    private final Gateway gateway;
    private final Doors doors;

    /**
     * Where and how to listen.
     *
     * @param port 0 for any free one
     * @param origins further web origins that may call
     * @param lanes how many event loops; usually one for each processor
     * @param transport how they talk to the kernel
     * @param administration where administrators have a place of their own; the clients' place has none of their routes then
     */
    public record Listen(
            String host,
            int port,
            List<String> origins,
            int lanes,
            Transport transport,
            HttpConfig bounds,
            SandboxConfig sandbox,
            Optional<Place> administration) {}

    /** @param port 0 for any free one */
    public record Place(String host, int port) {
        Place settled() throws IOException {
            return port == 0 ? new Place(host, PortChoice.free(host)) : this;
        }

        private String address() {
            return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * What the server is the edge of.
     *
     * @param settings empty where they cannot be read again
     */
    public record Behind(
            Gateway gateway,
            Accounts accounts,
            KeyStore keys,
            Alerts alerts,
            Meters meters,
            Optional<Reports> reports,
            Optional<Reloading> settings,
            String version) {}

    private GatewayServer(Vertx vertx, Gateway gateway, Doors doors) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.doors = doors;
    }

    /** @throws IOException where a port cannot be had */
    public static GatewayServer start(Listen listen, Behind behind) throws IOException {
        Transport transport = listen.transport().found();
        LOG.info("{} event loops, {}", listen.lanes(), transport.word());
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(listen.lanes()).setFileSystemOptions(NO_FILES))
                .withTransport(transport.vertx())
                .build();
        try {
            Doors doors = Doors.of(listen, behind);
            listen(vertx, doors.clients(), listen.lanes());
            if (doors.administrators().isPresent()) {
                listen(vertx, doors.administrators().get(), 1);
            }
            return new GatewayServer(vertx, behind.gateway(), doors);
        } catch (IOException | RuntimeException failed) {
            vertx.close();
            throw failed;
        }
    }

    /** Whether only this machine can reach the address. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /** Whether listeners at these two addresses cannot have the same port. */
    public static boolean overlap(String one, String other) {
        try {
            InetAddress first = InetAddress.getByName(one);
            InetAddress second = InetAddress.getByName(other);
            return first.equals(second) || first.isAnyLocalAddress() || second.isAnyLocalAddress();
        } catch (UnknownHostException _) {
            return one.equalsIgnoreCase(other);
        }
    }

    private static void listen(Vertx vertx, LaneServer.Edge edge, int lanes) throws IOException {
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

    public int port() {
        return doors.clients().port();
    }

    public String address() {
        return address(doors.clients());
    }

    /** Where administrators have their routes: a place of their own, or that of the clients. */
    public String administration() {
        return address(doors.administrators().orElse(doors.clients()));
    }

    private static String address(LaneServer.Edge edge) {
        return new Place(edge.host(), edge.port()).address();
    }

    /** Every route of the clients' place and then of the administrators' own, such as {@code GET /stats}. */
    public List<String> routes() {
        List<String> routes = new ArrayList<>(doors.clients().router().table());
        doors.administrators().ifPresent(edge -> routes.addAll(edge.router().table()));
        return routes;
    }

    /**
     * Takes no new calls, lets running ones end and answers be read on whose clients have left, and ends what is left
     * when the time is over.
     *
     * @return whether all ended by themselves
     */
    public boolean drain(Duration longest) {
        gateway.startDraining();
        boolean all = awaitQuiet(longest);
        if (!all) {
            LOG.warn(
                    "{} calls, and {} answers read on for their count, did not end in time and are being ended",
                    gateway.running(),
                    gateway.parts().drains().running());
            gateway.expireAll();
            awaitQuiet(Duration.ofSeconds(2));
        }
        return all;
    }

    private boolean awaitQuiet(Duration longest) {
        Ticker ticker = gateway.parts().ticker();
        long until = ticker.nanos() + longest.toNanos();
        while (!gateway.isQuiet()) {
            if (ticker.nanos() - until >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(QUIET_LOOK);
        }
        return true;
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(failed -> {
                    LOG.warn("the server did not close cleanly: {}", failed.toString());
                    return null;
                })
                .join();
    }
}
