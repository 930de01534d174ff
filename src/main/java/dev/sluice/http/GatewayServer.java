package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.KeyStore;
import dev.sluice.alert.Alerts;
import dev.sluice.config.Reloading;
import dev.sluice.http.server.EventLoops;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.http.server.LaneServer;
import dev.sluice.ledger.report.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.SandboxConfig;
import dev.sluice.time.Ticker;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running server: one lane per event loop on one port. */
public final class GatewayServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final long QUIET_LOOK = 10_000_000;

    private final EventLoops loops;
    private final Gateway gateway;
    private final Doors doors;

    /**
     * Where and how to listen.
     *
     * @param port 0 for any free one
     * @param origins further web origins that may call
     * @param administration where administrators have a place of their own; the clients' place has none of their routes then
     */
    public record Listen(
            String host,
            int port,
            List<String> origins,
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

    private GatewayServer(EventLoops loops, Gateway gateway, Doors doors) {
        this.loops = loops;
        this.gateway = gateway;
        this.doors = doors;
    }

    /**
     * Listens.
     *
     * @param loops closed with the server; the caller closes them where it cannot start
     * @throws IOException where a port cannot be had
     */
    public static GatewayServer start(EventLoops loops, Listen listen, Behind behind) throws IOException {
        Doors doors = Doors.of(listen, behind);
        loops.listen(doors.clients());
        if (doors.administrators().isPresent()) {
            loops.listen(doors.administrators().get(), 1);
        }
        return new GatewayServer(loops, behind.gateway(), doors);
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
        loops.close();
    }
}
