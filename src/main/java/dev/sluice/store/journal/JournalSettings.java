package dev.sluice.store.journal;

import java.time.Duration;
import java.util.Optional;

/**
 * How the journal is kept.
 *
 * @param segmentBytes the size of one segment file
 * @param segments the most segment files there may be: past it the archive is too far behind and intents are refused
 * @param queued the most records waiting to be written
 * @param open the most attempts that have not ended
 * @param unsaved the most records written but not yet in the archive
 * @param settleDelay how long an outcome waits for an intent to travel with
 * @param copyPeriod how often ended attempts go to the archive
 * @param pause how long to wait after the disk has failed before a fresh segment is tried
 * @param farewell how long closing waits for a disk that fails
 * @param salvage whether to open a damaged journal and report what was lost, instead of refusing
 * @param detail for how long attempts keep their rows in the archive; empty for ever
 */
public record JournalSettings(
        int segmentBytes,
        int segments,
        int queued,
        int open,
        int unsaved,
        Duration settleDelay,
        Duration copyPeriod,
        Duration pause,
        Duration farewell,
        boolean salvage,
        Optional<Duration> detail) {

    public static final JournalSettings DEFAULT = new JournalSettings(
            32 << 20,
            16,
            20_000,
            100_000,
            200_000,
            Duration.ofMillis(5),
            Duration.ofMillis(250),
            Duration.ofMillis(250),
            Duration.ofSeconds(10),
            false,
            Optional.empty());

    private static final int SMALLEST_SEGMENT = 1 << 20;

    public JournalSettings {
        if (segmentBytes < SMALLEST_SEGMENT || segments < 3) {
            throw new IllegalArgumentException("a journal has at least 3 segments of at least 1 MiB");
        }
        if (queued < 1 || open < 1 || unsaved < 1) {
            throw new IllegalArgumentException("a bound of the journal must be at least 1");
        }
    }

    public JournalSettings withSegments(int bytes, int most) {
        return new JournalSettings(
                bytes, most, queued, open, unsaved, settleDelay, copyPeriod, pause, farewell, salvage, detail);
    }

    public JournalSettings withBounds(int nowQueued, int nowOpen, int nowUnsaved) {
        return new JournalSettings(
                segmentBytes,
                segments,
                nowQueued,
                nowOpen,
                nowUnsaved,
                settleDelay,
                copyPeriod,
                pause,
                farewell,
                salvage,
                detail);
    }

    public JournalSettings withCopyPeriod(Duration period) {
        return new JournalSettings(
                segmentBytes, segments, queued, open, unsaved, settleDelay, period, pause, farewell, salvage, detail);
    }

    /** These settings, opening even a damaged journal. */
    public JournalSettings salvaging() {
        return new JournalSettings(
                segmentBytes, segments, queued, open, unsaved, settleDelay, copyPeriod, pause, farewell, true, detail);
    }

    /** These settings, with attempts that lose their rows after a time. */
    public JournalSettings keeping(Optional<Duration> time) {
        return new JournalSettings(
                segmentBytes, segments, queued, open, unsaved, settleDelay, copyPeriod, pause, farewell, salvage, time);
    }
}
