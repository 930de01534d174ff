package dev.sluice.provider;

import dev.sluice.dialect.MoneyReports;
import dev.sluice.model.Money;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks one provider what it charged or what is left. Blocks; for commands, not for the road of calls. */
public final class BillInquiry implements Closeable {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_SHOWN = 200;
    private static final int TOO_MANY = 429;
    private static final int TRIES = 3;

    private final ProviderConfig provider;
    private final Duration patience;
    private final HttpClient client;

    public BillInquiry(ProviderConfig provider, Duration patience) {
        this.provider = provider;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** What a provider says about one answer. */
    public sealed interface Charged {
        /** @param money never below zero */
        record Amount(Money money) implements Charged {}

        /** It knows no such answer. */
        record Unknown() implements Charged {}

        /** It could not be asked, or answered something else. */
        record NoAnswer(String why) implements Charged {}
    }

    /** What OpenRouter charged for an answer, by the name it gave it. */
    public Charged generation(String receipt) throws InterruptedException {
        Optional<HttpResponse<byte[]>> response =
                get("/generation?id=" + URLEncoder.encode(receipt, StandardCharsets.UTF_8));
        if (response.isEmpty()) {
            return new Charged.NoAnswer("it cannot be reached");
        }
        int status = response.get().statusCode();
        if (status == 404) {
            return new Charged.Unknown();
        }
        Optional<Money> cost =
                status == 200 ? MoneyReports.generationCost(response.get().body()) : Optional.empty();
        return cost.<Charged>map(Charged.Amount::new)
                .orElseGet(() -> new Charged.NoAnswer("it answered " + status + " without an amount"));
    }

    /**
     * What is left on an account.
     *
     * @param left by currency; what is no amount is left out
     * @param said what came, for people, cut to a line
     */
    public record Balances(Map<String, BigDecimal> left, String said) {
        public Balances {
            left = Map.copyOf(left);
        }
    }

    /** What is left on a DeepSeek account. */
    public Balances balances() throws InterruptedException {
        Optional<HttpResponse<byte[]>> came = get("/user/balance");
        if (came.isEmpty()) {
            return new Balances(Map.of(), "it cannot be reached");
        }
        byte[] body = came.get().body();
        boolean good = came.get().statusCode() == 200;
        return new Balances(
                good ? MoneyReports.balances(body) : Map.of(),
                "it answered " + came.get().statusCode() + " with " + line(body));
    }

    private static String line(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, MOST_SHOWN), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return text.isEmpty() ? "nothing" : text;
    }

    /** What is left on an OpenRouter account in US dollars; only a management key is told. */
    public Optional<BigDecimal> creditsLeft() throws InterruptedException {
        return get("/credits")
                .filter(response -> response.statusCode() == 200)
                .flatMap(response -> MoneyReports.creditsLeft(response.body()));
    }

    private Optional<HttpResponse<byte[]>> get(String path) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(Addresses.below(provider.address(), path))
                .timeout(patience);
        provider.key().ifPresent(secret -> request.header("authorization", "Bearer " + secret.reveal()));
        try {
            HttpResponse<byte[]> response = send(request.build());
            for (int i = 1; i < TRIES && response.statusCode() == TOO_MANY; i++) {
                Thread.sleep(Duration.ofSeconds(i));
                response = send(request.build());
            }
            return Optional.of(response);
        } catch (IOException _) {
            return Optional.empty(); // The caller says that there was no answer.
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
