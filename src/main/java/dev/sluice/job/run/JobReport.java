package dev.sluice.job.run;

import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.dialect.batch.BatchResults;
import dev.sluice.model.Money;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run's own file says about it. Its money is what the answers said; the ledger knows more where a row was asked
 * again after a crash.
 *
 * @param rows finished ones
 * @param requests how many calls were made, tries included
 * @param unpriced rows whose price was not known: the true cost is more
 * @param throttled how many calls were answered with 429
 * @param ended when the last row was finished
 * @param slowest the slowest rows, at most {@value #SHOWN}
 * @param failures the first failed rows, at most {@value #SHOWN}
 */
public record JobReport(
        RunFolder.Run run,
        int rows,
        int failed,
        long requests,
        Money cost,
        int unpriced,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        long throttled,
        Instant ended,
        List<BatchResult> slowest,
        List<BatchResult> failures) {
    static final int SHOWN = 5;

    public JobReport {
        slowest = List.copyOf(slowest);
        failures = List.copyOf(failures);
    }

    /** Reads a run, whole or not. */
    public static JobReport of(RunFolder.Run run) throws IOException {
        Sum sum = new Sum(run.began());
        try (FileChannel channel = FileChannel.open(run.file(), StandardOpenOption.READ)) {
            ResultLines lines = new ResultLines(channel);
            for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
                BatchResults.read(line.get()).ifPresent(sum::add); // A run that is not whole begins with its head.
            }
        }
        return sum.report(run);
    }

    private static final class Sum {
        private final Map<Integer, BatchResult> failed = new HashMap<>();
        private final List<BatchResult> slowest = new ArrayList<>();
        private Instant ended;
        private int lines;
        private int repeated;
        private long requests;
        private Money cost = Money.ZERO;
        private int unpriced;
        private long input;
        private long cached;
        private long output;
        private long throttled;

        Sum(Instant began) {
            ended = began;
        }

        void add(BatchResult result) {
            lines++;
            // A run that stopped at a failed row asks it again; then the later line counts.
            repeated += failed.remove(result.row()) == null ? 0 : 1;
            if (result.failed()) {
                failed.put(result.row(), result);
            }
            requests += result.effort().tries();
            cost = cost.plus(result.cost().orElse(Money.ZERO));
            unpriced += result.cost().isEmpty() ? 1 : 0;
            input += result.effort().inputTokens();
            cached += result.effort().cachedTokens();
            output += result.effort().outputTokens();
            throttled += result.effort().throttled();
            ended = result.at().isAfter(ended) ? result.at() : ended;
            slowest.add(result);
            slowest.sort(
                    Comparator.comparingLong((BatchResult each) -> each.effort().millis())
                            .reversed());
            if (slowest.size() > SHOWN) {
                slowest.removeLast();
            }
        }

        JobReport report(RunFolder.Run run) {
            List<BatchResult> failures = failed.values().stream()
                    .sorted(Comparator.comparingInt(BatchResult::row))
                    .limit(SHOWN)
                    .toList();
            return new JobReport(
                    run,
                    lines - repeated,
                    failed.size(),
                    requests,
                    cost,
                    unpriced,
                    input,
                    cached,
                    output,
                    throttled,
                    ended,
                    slowest,
                    failures);
        }
    }
}
