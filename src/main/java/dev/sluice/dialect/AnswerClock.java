package dev.sluice.dialect;

import java.time.Instant;

/**
 * Times that an answer's final metrics are made of. Durations in nanoseconds; before the thing has happened, the time
 * until now.
 */
public interface AnswerClock {

    /** The wall clock. */
    Instant now();

    /** From the call's arrival until now. */
    long sinceArrival();

    /** From the call's arrival until the provider had been sent the request. */
    long untilSent();

    /** From the call's arrival until the first content. */
    long untilFirstContent();
}
