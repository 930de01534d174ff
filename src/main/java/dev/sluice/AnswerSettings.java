package dev.sluice;

import dev.sluice.config.Section;
import dev.sluice.pipeline.Fate;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.IdempotencyConfig;
import dev.sluice.pipeline.KeptAnswers;
import dev.sluice.store.answers.Clerk;
import dev.sluice.store.answers.SqliteAnswers;
import dev.sluice.time.Clocks;

/** Where answers under an {@code Idempotency-Key} are kept: what the settings say, and what is made of it. */
final class AnswerSettings {
    private AnswerSettings() {}

    static IdempotencyConfig read(Section section) {
        IdempotencyConfig fallback = IdempotencyConfig.DEFAULT;
        return section.checked(() -> new IdempotencyConfig(
                section.value("keep", AnswerSettings::onDisk).orElse(fallback.onDisk()),
                section.duration("for", fallback.kept()),
                section.size("size", fallback.bytes())));
    }

    private static boolean onDisk(String word) {
        return switch (word) {
            case "disk" -> true;
            case "memory" -> false;
            default -> throw new IllegalArgumentException("must be 'disk' or 'memory', not '" + word + "'");
        };
    }

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
