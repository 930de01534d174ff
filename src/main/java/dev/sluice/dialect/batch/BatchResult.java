package dev.sluice.dialect.batch;

import dev.sluice.model.Money;
import dev.sluice.model.RawJson;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one row.
 *
 * @param row counts from 1
 * @param line the row's line in its file, from 1
 * @param id the user's own name for the row
 * @param status the last HTTP status; 0 where nothing was asked or nothing came
 * @param cost all tries together; empty where a price was not known
 * @param at when the row was finished
 * @param error why there is no answer
 * @param answer the body of the answer as it came
 */
public record BatchResult(
        int row,
        int line,
        Optional<String> id,
        int status,
        Optional<Money> cost,
        Origin origin,
        Effort effort,
        Instant at,
        Optional<String> error,
        Optional<RawJson> answer) {

    /**
     * Who answered.
     *
     * @param request the call's id in the ledger and in the log
     */
    public record Origin(String provider, String model, String request) {
        public static final Origin NOBODY = new Origin("", "", "");
    }

    /**
     * What it took.
     *
     * @param millis from the first try to the end
     * @param throttled how many tries were refused because of too many calls
     */
    public record Effort(
            long inputTokens, long cachedTokens, long outputTokens, long millis, int tries, int throttled) {
        public static final Effort NONE = new Effort(0, 0, 0, 0, 0, 0);
    }

    public boolean failed() {
        return error.isPresent();
    }
}
