package dev.sluice.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What came back of one request, as one line of words. */
final class Heard implements Upstream.Answer {
    private static final int SHORT = 64;

    private final List<String> words = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Optional<Upstream.Flight> flight = Optional.empty();

    void of(Upstream.Flight sent) {
        flight = Optional.of(sent);
    }

    Upstream.Flight flight() {
        return flight.orElseThrow();
    }

    @Override
    public void head(int status, Upstream.Header header) {
        words.add(Integer.toString(status));
    }

    @Override
    public void bytes(byte[] piece) {
        bytes.addAndGet(piece.length);
        if (piece.length < SHORT) {
            words.add(new String(piece, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void end() {
        words.add("end");
        over.countDown();
    }

    @Override
    public void broken(Upstream.Break how) {
        words.add(how.name());
        over.countDown();
    }

    String soFar() {
        return String.join(" ", words);
    }

    long bytes() {
        return bytes.get();
    }

    /** Everything, once it is over. */
    String await() throws InterruptedException {
        if (!over.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no end came, only: " + words);
        }
        return soFar();
    }
}
