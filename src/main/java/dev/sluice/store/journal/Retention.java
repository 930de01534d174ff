package dev.sluice.store.journal;

import dev.sluice.ledger.Archive;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Lets the archive forget the detail of old attempts, a few at a time, once a day. For the copier's one thread. */
final class Retention {
    private static final int AT_ONCE = 2000;
    private static final Duration PERIOD = Duration.ofDays(1);

    private final Archive archive;
    private final Optional<Duration> detail;
    private final InstantSource clock;
    private Instant next = Instant.MIN;

    /** @param detail for how long attempts keep their rows; empty for ever */
    Retention(Archive archive, Optional<Duration> detail, InstantSource clock) {
        this.archive = archive;
        this.detail = detail;
        this.clock = clock;
    }

    /** Does the next small part of it, or nothing. */
    void step() throws IOException {
        if (detail.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        Instant before = now.minus(detail.get()).truncatedTo(ChronoUnit.DAYS);
        if (archive.forget(before, AT_ONCE) < AT_ONCE) {
            next = now.plus(PERIOD);
        }
    }
}
