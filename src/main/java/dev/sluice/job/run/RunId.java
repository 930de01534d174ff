package dev.sluice.job.run;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** The name of a run: when it began, in UTC, and four letters by chance, such as {@code 20261123T083000Z-k3f9}. */
record RunId(String text) {
    static final String PATTERN = "\\d{8}T\\d{6}Z-[a-z2-7]{4}";

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int CHANCE = 4;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    RunId {
        if (!text.matches(PATTERN)) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a run");
        }
    }

    static RunId begin(Instant now, RandomGenerator random) {
        StringBuilder text = new StringBuilder(TIME.format(now.atZone(ZoneOffset.UTC))).append('-');
        for (int i = 0; i < CHANCE; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new RunId(text.toString());
    }

    /** To the second. */
    Instant began() {
        return LocalDateTime.parse(text.substring(0, text.length() - CHANCE - 1), TIME)
                .toInstant(ZoneOffset.UTC);
    }
}
