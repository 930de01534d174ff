package dev.sluice.job.run;

import dev.sluice.config.Secret;
import dev.sluice.dialect.batch.BatchAnswer;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.model.Money;
import dev.sluice.pipeline.client.OwnHeaders;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Asks a gateway over HTTP, as every other client does, so that its budgets, limits and failover hold for jobs too. A
 * call waits on its own virtual thread. Thread-safe.
 */
final class GatewayClient implements Closeable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than the gateway itself lets a call run by its defaults, which ends it with a reason. */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(20);

    private static final long LONGEST_ANSWER = 32L << 20;

    private final URI address;
    private final Optional<Secret> key;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .executor(threads)
            .build();

    GatewayClient(URI gateway, Optional<Secret> key) {
        this.address = URI.create(gateway.toString().replaceAll("/+$", "") + "/v1/chat/completions");
        this.key = key;
    }

    /**
     * Asks once.
     *
     * @param name the same for every try of a row
     * @param most what it may cost; empty where anything
     */
    Reply ask(byte[] body, String job, String run, String name, Optional<Money> most) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(LONGEST_CALL)
                .header("Content-Type", "application/json")
                .header(OwnHeaders.JOB, job)
                .header(OwnHeaders.RUN, run)
                .header("Idempotency-Key", name)
                .header(
                        OwnHeaders.BLANK_LINES,
                        "never") // Nobody here grows impatient, and the head then tells the cost.
                .POST(BodyPublishers.ofByteArray(body));
        most.ifPresent(amount -> request.header(OwnHeaders.MAX_COST, amount.toString()));
        key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
        try {
            return reply(
                    client.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER)));
        } catch (HttpConnectTimeoutException away) {
            return Reply.nothing("the gateway at " + address + " cannot be reached (" + away + ")", false);
        } catch (HttpTimeoutException late) {
            return Reply.nothing("the gateway at " + address + " took too long", true);
        } catch (ConnectException away) {
            return Reply.nothing("the gateway at " + address + " cannot be reached (" + away + ")", false);
        } catch (IOException broken) {
            return Reply.nothing("the gateway at " + address + " broke off (" + broken + ")", true);
        }
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        Origin origin = new Origin(
                header(response, OwnHeaders.PROVIDER),
                header(response, OwnHeaders.MODEL),
                header(response, "x-request-id"));
        BatchAnswer answer = BatchAnswer.read(response.body());
        return new Reply(
                answer.status().orElse(response.statusCode()),
                response.body(),
                answer,
                cost(response),
                Money.parse(header(response, OwnHeaders.BOUND)),
                Money.parse(header(response, OwnHeaders.IN_DOUBT)).orElse(Money.ZERO),
                false,
                header(response, OwnHeaders.REPLAYED).equals("true"),
                origin,
                retryAfter(header(response, "retry-after")),
                "");
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Nothing where it was refused before anybody was asked; an answer that does not say may have cost anything. */
    private static Optional<Money> cost(HttpResponse<?> response) {
        String text = header(response, OwnHeaders.COST);
        return text.isEmpty() && response.statusCode() >= 400 ? Optional.of(Money.ZERO) : Money.parse(text);
    }

    private static Optional<Duration> retryAfter(String seconds) {
        return seconds.matches("[0-9]{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(seconds)))
                : Optional.empty();
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.close();
    }
}
