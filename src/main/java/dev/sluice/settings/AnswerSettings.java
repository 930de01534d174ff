package dev.sluice.settings;

import dev.sluice.config.Section;
import dev.sluice.pipeline.repeat.IdempotencyConfig;

/** The settings that say where answers under an {@code Idempotency-Key} are kept, and for how long. */
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
}
