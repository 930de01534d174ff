package dev.sluice.job;

import dev.sluice.dialect.batch.BatchAnswer;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.model.Money;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What the gateway said to one try.
 *
 * @param status 0 where nothing came
 * @param cost of the try; empty where the price is not known
 * @param retryAfter the gateway's own wish
 */
record Reply(
        int status,
        byte[] body,
        BatchAnswer answer,
        Optional<Money> cost,
        Origin origin,
        Optional<Duration> retryAfter,
        String trouble) {
    private static final int SHOWN = 300;

    static Reply nothing(String trouble) {
        return new Reply(
                0,
                new byte[0],
                BatchAnswer.read(new byte[0]),
                Optional.of(Money.ZERO),
                Origin.NOBODY,
                Optional.empty(),
                trouble);
    }

    boolean good() {
        return status >= 200 && status < 300 && answer.whole();
    }

    /** What went wrong, for people. */
    String words() {
        if (status == 0) {
            return trouble;
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String shown = text.substring(0, Math.min(SHOWN, text.length()));
        return status + ": " + answer.words().orElse(shown.isEmpty() ? "no answer" : shown);
    }
}
