package dev.sluice.alert;

import dev.sluice.dialect.Json;
import dev.sluice.limit.Backoff;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends alerts to a Slack-compatible webhook, one after the other on a thread of its own. What does not fit its queue, or
 * is not taken after all tries, is dropped and counted: an alert is in the log as well. Follows no redirect, so it goes
 * where the operator said and nowhere else. Thread-safe.
 */
public final class Webhook implements Sink, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final int QUEUE = 100;
    private static final int LEAST_REFUSAL = 400;
    private static final int LEAST_FAILURE = 500;
    private static final int TOO_SLOW = 408;
    private static final int TOO_MANY = 429;

    private final URI address;
    private final Backoff retry;
    private final Duration patience;
    private final Sink taken;
    private final HttpClient client;
    private final BlockingQueue<Raised> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;

    private Webhook(URI address, AlertConfig config, Sink taken) {
        this.address = address;
        this.taken = taken;
        this.retry = config.retry();
        this.patience = config.patience();
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.thread = Thread.ofVirtual().name("alert-webhook").unstarted(this::sendAll);
    }

    /** @param taken gets what has arrived */
    public static Webhook start(URI address, AlertConfig config, Sink taken) {
        Webhook webhook = new Webhook(address, config, taken);
        webhook.thread.start();
        return webhook;
    }

    @Override
    public void take(Raised raised) {
        if (!queue.offer(raised)) {
            dropped.incrementAndGet();
        }
    }

    /** How many never arrived. */
    public long dropped() {
        return dropped.get();
    }

    private void sendAll() {
        try {
            while (true) {
                send(queue.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What became of one try. */
    private enum Try {
        TAKEN,
        FAILED,
        REFUSED
    }

    private void send(Raised raised) throws InterruptedException {
        for (int number = 0; number <= retry.retries(); number++) {
            if (number > 0) {
                Thread.sleep(retry.delay(number, ThreadLocalRandom.current()));
            }
            switch (once(raised)) {
                case TAKEN -> {
                    taken.take(raised);
                    return;
                }
                case FAILED -> {}
                case REFUSED -> number = retry.retries(); // The same again would be refused again.
            }
        }
        dropped.incrementAndGet();
        LOG.warn("the alert webhook did not take an alert ({})", raised.kind());
    }

    private Try once(Raised raised) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(patience)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(raised)))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status < 300) {
                return Try.TAKEN;
            }
            boolean again = status >= LEAST_FAILURE || status == TOO_MANY || status == TOO_SLOW;
            return again || status < LEAST_REFUSAL ? Try.FAILED : Try.REFUSED;
        } catch (IOException _) {
            return Try.FAILED; // Its words may hold the address, which is a secret.
        }
    }

    /** Slack takes {@code text} and passes over the rest, which is for programs. */
    private static byte[] body(Raised raised) {
        String json = "{\"text\":" + Json.quoted("sluice: " + raised.text())
                + ",\"kind\":" + Json.quoted(raised.kind())
                + ",\"subject\":" + Json.quoted(raised.subject())
                + ",\"window\":" + Json.quoted(raised.window())
                + ",\"at\":" + Json.quoted(raised.at().toString()) + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.interrupt();
        client.shutdownNow();
    }
}
