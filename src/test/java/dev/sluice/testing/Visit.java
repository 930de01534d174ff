package dev.sluice.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One request at the scripted provider and the answer to it. Written by one thread; others may ask and wait. */
public final class Visit {
    private final UpstreamRequest request;
    private final ScriptedUpstream upstream;
    private final Socket socket;
    private final OutputStream out;
    private final CountDownLatch left = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long leftNanos;
    private final AtomicLong sentBytes = new AtomicLong();
    private volatile boolean closed;
    private boolean chunked;

    Visit(UpstreamRequest request, ScriptedUpstream upstream, Socket socket) throws IOException {
        this.request = request;
        this.upstream = upstream;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    public UpstreamRequest request() {
        return request;
    }

    public ScriptedUpstream upstream() {
        return upstream;
    }

    // ---- what scripts do

    /** A head whose body comes in chunks. */
    public void begin(int status, String type, String... headers) throws IOException {
        chunked = true;
        head(status, type, "transfer-encoding: chunked\r\n", headers);
    }

    /** A whole answer. */
    public void reply(int status, String type, byte[] body, String... headers) throws IOException {
        head(status, type, "content-length: " + body.length + "\r\n", headers);
        raw(body);
    }

    public void reply(int status, String type, String body, String... headers) throws IOException {
        reply(status, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private void head(int status, String type, String framing, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(200)
                .append("HTTP/1.1 ")
                .append(status)
                .append(" Scripted\r\ncontent-type: ")
                .append(type)
                .append("\r\n")
                .append(framing);
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        raw(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A piece of the body. */
    public void send(byte[] piece) throws IOException {
        if (piece.length == 0) {
            return;
        }
        if (!chunked) {
            raw(piece);
            return;
        }
        String size = String.format(Locale.ROOT, "%x\r\n", piece.length);
        byte[] start = size.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[start.length + piece.length + 2];
        System.arraycopy(start, 0, frame, 0, start.length);
        System.arraycopy(piece, 0, frame, start.length, piece.length);
        frame[frame.length - 2] = '\r';
        frame[frame.length - 1] = '\n';
        raw(frame);
    }

    /** The body's clean end. */
    public void end() throws IOException {
        if (chunked) {
            raw("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Bytes as they are. */
    public void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        sentBytes.addAndGet(bytes.length);
    }

    /** Closes the connection with a FIN. */
    public void close() throws IOException {
        closed = true;
        socket.close();
    }

    /** Closes the connection with a RST. */
    public void reset() throws IOException {
        closed = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A pause that ends early where the client leaves. */
    public void pause(Duration time) throws InterruptedException, IOException {
        if (left.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException("the client has left");
        }
    }

    // ---- what the connection tells

    void clientLeft() {
        if (!closed && over.getCount() > 0) {
            leftNanos = System.nanoTime();
            left.countDown();
        }
    }

    void finished() {
        over.countDown();
    }

    boolean closed() {
        return closed;
    }

    // ---- what tests ask

    /** Whether the client has hung up, waiting so long for it. */
    public boolean sawHangUp(Duration longest) throws InterruptedException {
        return left.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    public Duration hangUpAfter(long sinceNanos) {
        return Duration.ofNanos(leftNanos - sinceNanos);
    }

    /** Whether the script has come to its end, waiting so long for it. */
    public boolean isOver(Duration longest) throws InterruptedException {
        return over.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    public long sentBytes() {
        return sentBytes.get();
    }
}
