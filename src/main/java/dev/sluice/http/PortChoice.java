package dev.sluice.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** All lanes must share one port, so a free one is chosen before the first of them listens. */
final class PortChoice {
    private PortChoice() {}

    static int free(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }
}
