package dev.sluice.provider;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A provider of which a test says every byte. */
final class FarEnd implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

    private final ServerSocket server;
    private final List<Line> lines = new ArrayList<>();

    FarEnd() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String address() {
        return "http://127.0.0.1:" + port();
    }

    /** The next connection. */
    Line accept() throws IOException {
        Line line = new Line(server.accept());
        lines.add(line);
        return line;
    }

    /** Whether somebody has connected who is not accepted yet. */
    boolean isAwaited() throws IOException {
        server.setSoTimeout(100);
        try {
            accept();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            server.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    int accepted() {
        return lines.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Line line : lines) {
            line.close();
        }
    }

    /** One connection. */
    static final class Line {
        private final Socket socket;
        private final InputStream in;

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        /** One request, head and body. */
        String read() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int one = in.read();
                if (one < 0) {
                    throw new AssertionError("the connection ended within a request: " + head);
                }
                head.write(one);
            }
            Matcher length = LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1));
            if (length.find()) {
                head.writeBytes(in.readNBytes(Integer.parseInt(length.group(1))));
            }
            return head.toString(StandardCharsets.UTF_8);
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** So many bytes, as fast as they are taken. */
        void flood(int size) {
            try {
                byte[] block = new byte[1 << 16];
                for (int sent = 0; sent < size; sent += block.length) {
                    socket.getOutputStream().write(block);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isOpen() throws IOException {
            socket.setSoTimeout(100);
            try {
                return in.read() >= 0;
            } catch (SocketTimeoutException _) {
                return true;
            } finally {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        /** Waits until the other side has closed it. */
        void awaitEnd() throws IOException {
            try {
                if (in.read() >= 0) {
                    throw new AssertionError("more came instead of the end");
                }
            } catch (java.net.SocketException _) {
                // Closed with bytes unread, which is a reset.
            }
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
