package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.ledger.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.time.Ticker;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server: one lane per event loop on one port. */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final long QUIET_LOOK = 10_000_000;
    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Gateway gateway;
    private final String host;
    private final int port;

    /**
     * Where and how to listen.
     *
     * @param port 0 for any free one
     * @param origins further web origins that may call
     * @param lanes how many event loops; usually one for each processor
     */
    public record Listen(
            String host, int port, List<String> origins, int lanes, HttpConfig bounds, SandboxConfig sandbox) {}

    private GatewayServer(Vertx vertx, Gateway gateway, String host, int port) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.host = host;
        this.port = port;
    }

    /**
     * Starts to listen.
     *
     * @param reports empty where nothing is booked
     * @throws IOException where the port cannot be had
     */
    public static GatewayServer start(
            Listen listen, Gateway gateway, Accounts accounts, Meters meters, Optional<Reports> reports, String version)
            throws IOException {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(listen.lanes()));
        try {
            int port = listen.port() == 0 ? PortChoice.free(listen.host()) : listen.port();
            LaneServer.Edge edge = edge(listen, port, gateway, accounts, meters, reports, version);
            wait(vertx.deployVerticle(
                    () -> new LaneServer(edge), new DeploymentOptions().setInstances(listen.lanes())));
            return new GatewayServer(vertx, gateway, listen.host(), port);
        } catch (IOException | RuntimeException failed) {
            vertx.close();
            throw failed;
        }
    }

    private static LaneServer.Edge edge(
            Listen listen,
            int port,
            Gateway gateway,
            Accounts accounts,
            Meters meters,
            Optional<Reports> reports,
            String version) {
        HostGuard guard = new HostGuard(isLoopback(listen.host()), ownName(), listen.origins());
        Instant since = gateway.parts().clock().instant();
        BodyBudget budget = new BodyBudget(listen.bounds().bodiesBytes());
        Passage passage =
                new Passage(listen.bounds(), budget, accounts, gateway.parts().ticker());
        Models models = new Models(gateway);
        AtomicInteger connections = new AtomicInteger();
        meters.gauge("sluice_connections", "Open client connections.", connections::get);
        meters.gauge("sluice_running", "Calls under way.", gateway::running);
        Router router = new Router();
        new ModelRoutes(gateway, accounts, listen.bounds(), budget).addTo(router);
        new OllamaRoutes(models, passage, since).addTo(router);
        new OpenAiRoutes(models, passage, since).addTo(router);
        new AdminRoutes(
                        gateway,
                        accounts,
                        passage,
                        meters,
                        new UsageRoute(reports, gateway.parts().clock()),
                        version,
                        since)
                .addTo(router);
        return new LaneServer.Edge(
                router,
                guard,
                new Cors(guard),
                connections,
                listen.bounds(),
                listen.sandbox(),
                listen.host(),
                port,
                gateway.parts().ticker(),
                gateway.parts().clock());
    }

    /** Whether only this machine can reach the address. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    private static void wait(Future<String> deployed) throws IOException {
        try {
            deployed.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(LONGEST_START.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException failed) {
            throw new IOException(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    public int port() {
        return port;
    }

    public String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * Takes no new calls, lets running ones end, and ends what is left when the time is over.
     *
     * @return whether all calls ended by themselves
     */
    public boolean drain(Duration longest) {
        gateway.startDraining();
        boolean all = awaitQuiet(longest);
        if (!all) {
            LOG.warn("{} calls did not end in time and are being ended", gateway.running());
            gateway.expireAll();
            awaitQuiet(Duration.ofSeconds(2));
        }
        return all;
    }

    private boolean awaitQuiet(Duration longest) {
        Ticker ticker = gateway.parts().ticker();
        long until = ticker.nanos() + longest.toNanos();
        while (gateway.running() > 0) {
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
