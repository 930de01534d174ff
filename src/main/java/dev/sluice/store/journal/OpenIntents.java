package dev.sluice.store.journal;

import dev.sluice.ledger.Intent;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal says is under way, read beside a gateway that may be writing it. Money is held for these: they are
 * durable, but no row yet.
 *
 * @param intents without an end; some may have ended since
 * @param damage what could not be read
 */
public record OpenIntents(List<Intent> intents, List<String> damage) {
    private static final int TRIES = 5;

    public OpenIntents {
        intents = List.copyOf(intents);
        damage = List.copyOf(damage);
    }

    /** @param folder the data folder */
    public static OpenIntents read(Path folder) throws IOException {
        Path journal = folder.resolve("journal");
        if (!Files.isDirectory(journal)) {
            return new OpenIntents(List.of(), List.of());
        }
        for (int tries = 1; tries < TRIES; tries++) {
            Optional<OpenIntents> found = undisturbed(journal);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return readOnce(journal);
    }

    /** Empty where a running gateway has used a segment again under our eyes; the next look sees its new name. */
    private static Optional<OpenIntents> undisturbed(Path journal) throws IOException {
        try {
            return Optional.of(readOnce(journal)).filter(found -> found.damage.isEmpty());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static OpenIntents readOnce(Path journal) throws IOException {
        List<Path> segments = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(journal, "journal-*")) {
            all.forEach(segments::add);
        }
        segments.sort(null);
        Map<String, Intent> open = new LinkedHashMap<>();
        Replay replay = new Replay(true);
        long archived = segments.isEmpty() ? 0 : SegmentFolder.base(segments.getFirst()) - 1;
        replay.run(segments, archived, (_, entry) -> {
            switch (entry) {
                case Entry.Opened(Intent intent) -> open.put(intent.attemptId(), intent);
                case Entry.StillOpen(Intent intent) -> open.put(intent.attemptId(), intent);
                case Entry.Ended ended -> open.remove(ended.outcome().attemptId());
                case Entry.Whole _, Entry.Amended _ -> {
                    // Nothing is held for these.
                }
            }
        });
        return new OpenIntents(List.copyOf(open.values()), replay.damage());
    }
}
