package dev.sluice.job;

import dev.sluice.model.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A batch of calls that can be run by hand or by the clock.
 *
 * @param file where it is written down
 * @param schedule empty for jobs that are only run by hand
 * @param missed what becomes of a run whose time came while no gateway was running
 * @param model asked where a row names none
 * @param maxOutputTokens the most of any one answer
 * @param concurrency how many calls at once, 1 to {@value #MOST_CONCURRENT}
 * @param deadline from a run's start, no row is begun or tried again after it
 * @param results the folder for results; empty for the one of the settings
 */
public record Job(
        String name,
        Path file,
        Optional<Schedule> schedule,
        Missed missed,
        Input input,
        String model,
        OptionalInt maxOutputTokens,
        int concurrency,
        Budget budget,
        Duration deadline,
        OnError onError,
        Optional<Path> results) {
    static final int MOST_CONCURRENT = 256;
    static final int DEFAULT_CONCURRENCY = 4;
    static final Duration DEFAULT_DEADLINE = Duration.ofHours(1);

    public Job {
        if (concurrency < 1 || concurrency > MOST_CONCURRENT) {
            throw new IllegalArgumentException("concurrency must be 1 to " + MOST_CONCURRENT);
        }
    }

    /** Where the rows come from. */
    public sealed interface Input {
        Path path();

        /** Each line is a call. */
        record Jsonl(Path path) implements Input {}

        /**
         * Each record of a CSV file fills a template.
         *
         * @param system instructions before the text, also a template; "" for none
         */
        record Csv(Path path, Template text, Template system) implements Input {}
    }

    /** What may be spent; empty for no bound of the job's own. */
    public record Budget(Optional<Money> run, Optional<Money> month) {
        public static final Budget NONE = new Budget(Optional.empty(), Optional.empty());
    }

    /** What becomes of a run whose time came while no gateway was running. */
    public enum Missed {
        RUN,
        SKIP
    }

    /** What a failed row means for the others. */
    public enum OnError {
        CONTINUE,
        STOP
    }
}
