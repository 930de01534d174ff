package dev.sluice.testing;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** An address at which no connection ever comes about, because the queue in front of it is full: nobody takes any. */
public final class NoAnswer implements AutoCloseable {
    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");
    private static final int SOON = 300;
    private static final int MOST = 64;

    private final ServerSocket server;
    private final List<Socket> queue = new ArrayList<>();

    public NoAnswer() throws IOException {
        server = new ServerSocket(0, 1, LOCALHOST);
        while (queue.size() < MOST && isTaken()) {
            // One more waits.
        }
    }

    private boolean isTaken() throws IOException {
        Socket one = new Socket();
        queue.add(one);
        try {
            one.connect(new InetSocketAddress(LOCALHOST, server.getLocalPort()), SOON);
            return true;
        } catch (SocketTimeoutException full) {
            return false;
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Returns once somebody is trying to connect, as the kernel tells. */
    public void awaitAttempt() throws IOException {
        String trying = String.format("0100007F:%04X 02 ", server.getLocalPort());
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Files.readString(Path.of("/proc/net/tcp")).contains(trying)
                && !Files.readString(Path.of("/proc/net/tcp6"))
                        .contains(trying.replace("0100007F", "FFFF00000100007F"))) {
            if (System.nanoTime() - end > 0) {
                fail("nobody has tried to connect");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket one : queue) {
            one.close();
        }
        server.close();
    }
}
