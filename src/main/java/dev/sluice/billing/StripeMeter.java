package dev.sluice.billing;

import dev.sluice.dialect.MoneyReports;
import dev.sluice.limit.Backoff;
import dev.sluice.provider.Addresses;
import java.io.Closeable;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends usage to Stripe's meter events, one event for each attempt. Its identifier is the attempt's id, so what is sent
 * twice counts once; Stripe keeps that promise for at least 24 hours. Blocks; for one thread.
 */
public final class StripeMeter implements Closeable {
    private static final String PATH = "/v1/billing/meter_events";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TOO_MANY = 429;
    private static final int LEAST_FAILURE = 500;
    private static final int MOST_BYTES = 64 * 1024;

    private final BillingConfig config;
    private final String key;
    private final Backoff retry;
    private final HttpClient client;

    /** @throws IllegalArgumentException where the settings have no key */
    public StripeMeter(BillingConfig config, Backoff retry) {
        this.config = config;
        this.key = config.key()
                .orElseThrow(() -> new IllegalArgumentException("billing is off: set billing.stripe.key"))
                .reveal();
        this.retry = retry;
        this.client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** What became of an event. */
    public sealed interface Sent {
        record Taken() implements Sent {}

        /** @param why for people; holds no key */
        record Refused(String why) implements Sent {}
    }

    /** @param customer Stripe's */
    public Sent send(Usages.Usage usage, String customer) throws InterruptedException {
        String why = "";
        for (int number = 0; number <= retry.retries(); number++) {
            if (number > 0) {
                Thread.sleep(retry.delay(number, ThreadLocalRandom.current()));
            }
            try {
                HttpResponse<byte[]> response = client.send(
                        request(usage, customer),
                        HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
                int status = response.statusCode();
                boolean good = status >= 200 && status < 300;
                if (good || isKnown(response)) {
                    return new Sent.Taken();
                }
                why = "Stripe answered " + status
                        + MoneyReports.complaint(response.body())
                                .map(words -> ": " + words)
                                .orElse("");
                if (status != TOO_MANY && status < LEAST_FAILURE) {
                    return new Sent.Refused(why);
                }
            } catch (IOException _) {
                why = "Stripe cannot be reached";
            }
        }
        return new Sent.Refused(why);
    }

    /** An event of this identifier came before: that is what the identifier is for. */
    private static boolean isKnown(HttpResponse<byte[]> response) {
        // Seen from memory, not in Stripe's reference: where the words differ, the event is listed as refused.
        return response.statusCode() == 400
                && new String(response.body(), StandardCharsets.UTF_8).contains("already exists with identifier");
    }

    private HttpRequest request(Usages.Usage usage, String customer) {
        String form = field("event_name", config.event())
                + "&" + field("identifier", usage.id())
                + "&" + field("timestamp", Long.toString(usage.at().getEpochSecond()))
                + "&" + field("payload[stripe_customer_id]", customer)
                + "&" + field("payload[value]", Long.toString(usage.value()));
        return HttpRequest.newBuilder(Addresses.below(config.url(), PATH))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private static String field(String name, String value) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8) + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
