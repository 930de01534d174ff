package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Archive;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Recovery;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the archive up to what the journal says, then empties the journal. It may die anywhere and be repeated: the
 * archive leaves known attempts alone, and segments go only after their records are safe.
 */
final class Recoverer {
    private static final int ROWS = 5000;

    private final SegmentFolder folder;
    private final Archive archive;
    private final Replay replay;
    private final long archived;
    private final Map<String, Intent> open = new LinkedHashMap<>();
    private final List<Attempt> rows = new ArrayList<>();
    private final List<Amendment> amendments = new ArrayList<>();
    private final Clocks clocks;
    private int ended;

    Recoverer(SegmentFolder folder, Archive archive, boolean salvage, Clocks clocks) {
        this.clocks = clocks;
        this.folder = folder;
        this.archive = archive;
        this.replay = new Replay(salvage);
        this.archived = archive.position();
    }

    Recovery run() throws IOException {
        long start = clocks.ticker().nanos();
        List<Path> segments = folder.found();
        long last = replay.run(segments, archived, this::visit);
        save();
        Instant now = clocks.wall().instant();
        for (Intent intent : open.values()) {
            rows.add(Attempt.inDoubt(intent, now, "crash"));
        }
        int inDoubt = archive.put(List.copyOf(rows), List.of(), last);
        folder.clear(segments);
        return new Recovery(
                ended,
                inDoubt,
                replay.damage(),
                Duration.ofNanos(clocks.ticker().nanos() - start));
    }

    private void visit(long sequence, Entry entry) throws IOException {
        switch (entry) {
            case Entry.Opened(Intent intent) -> open.put(intent.attemptId(), intent);
            case Entry.StillOpen(Intent intent) -> open.put(intent.attemptId(), intent);
            case Entry.Ended(Outcome outcome) -> end(outcome);
            case Entry.Whole(Attempt attempt) -> keep(attempt, sequence);
            case Entry.Amended(Amendment amendment) -> amendments.add(amendment);
        }
        if (rows.size() + amendments.size() >= ROWS) {
            save();
        }
    }

    private void end(Outcome outcome) {
        Intent intent = open.remove(outcome.attemptId());
        if (intent != null) {
            rows.add(new Attempt(intent, outcome));
        }
    }

    private void keep(Attempt attempt, long sequence) {
        if (sequence > archived) {
            rows.add(attempt);
        }
    }

    /** The position stays: were it moved on now, a second recovery could not tell a lost tail from a torn one. */
    private void save() throws IOException {
        ended += archive.put(List.copyOf(rows), List.copyOf(amendments), archived);
        rows.clear();
        amendments.clear();
    }
}
