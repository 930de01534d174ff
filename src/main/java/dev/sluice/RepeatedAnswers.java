package dev.sluice;

import dev.sluice.pipeline.Fate;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.repeat.IdempotencyConfig;
import dev.sluice.pipeline.repeat.KeptAnswers;
import dev.sluice.settings.Settings;
import dev.sluice.store.answers.Clerk;
import dev.sluice.store.answers.SqliteAnswers;
import dev.sluice.time.Clocks;

/** Opens where answers under an {@code Idempotency-Key} are kept. */
final class RepeatedAnswers {
    private RepeatedAnswers() {}

    /** Without a ledger nothing is on disk: it alone knows what became of a call whose end was not written. */
    static Gateway.Repeats start(Settings settings, Books books, Clocks clocks) {
        IdempotencyConfig config = settings.bounds().idempotency();
        KeptAnswers answers = config.onDisk() && books.reports().isPresent()
                ? SqliteAnswers.start(
                        settings.data(),
                        new Clerk.Bounds(config.kept(), config.bytes()),
                        request -> Fate.of(books.reports().get().standings(request)),
                        clocks.wall())
                : KeptAnswers.NONE;
        return new Gateway.Repeats(answers, config.kept());
    }
}
