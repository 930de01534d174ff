package dev.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.job.JobForecast.Past;
import dev.sluice.ledger.Forecast;
import dev.sluice.model.Money;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobForecastTest {
    private static final Money RUN = new Money(95_920_000);

    @TempDir
    private Path folder;

    private Job scout() throws IOException {
        return Jobs.read(folder, """
                name: scout
                schedule: {cron: 30 8-15, days: business}
                input: {jsonl: a.jsonl}
                model: m
                """);
    }

    @Test
    void theMonthOfTheScoutEndsWhereTheDocumentsSay() throws IOException { // S0
        Job job = scout();
        Instant noon = Instant.parse("2026-10-14T03:00:00Z"); // a Wednesday
        List<Past> runs = new ArrayList<>();
        for (Instant time : job.schedule().orElseThrow().times(Instant.parse("2026-09-30T15:00:00Z"), noon)) {
            runs.add(new Past(time, RUN, true));
        }
        Forecast forecast = JobForecast.of(job, runs, noon);
        assertThat(forecast.seen() + forecast.left()).isEqualTo(176);
        assertThat(forecast.expected()).isEqualTo(new Money(16_881_920_000L));
    }

    @Test
    void aRunUnderWayIsSpentAndNotSeen() throws IOException {
        Instant now = Instant.parse("2026-10-14T03:00:00Z");
        Forecast forecast = JobForecast.of(
                scout(),
                List.of(
                        new Past(Instant.parse("2026-10-13T23:30:00Z"), RUN, true),
                        new Past(Instant.parse("2026-10-14T02:30:00Z"), new Money(1), false)),
                now);
        assertThat(forecast.seen()).isEqualTo(1);
        assertThat(forecast.spent()).isEqualTo(RUN.plus(new Money(1)));
    }

    @Test
    void lastMonthsRunsAreSeenButNotSpent() throws IOException {
        Forecast forecast = JobForecast.of(
                scout(),
                List.of(
                        new Past(Instant.parse("2026-09-30T06:30:00Z"), RUN, true),
                        new Past(Instant.parse("2026-03-30T06:30:00Z"), new Money(7), true)),
                Instant.parse("2026-10-01T00:00:00Z"));
        assertThat(forecast.spent()).isEqualTo(Money.ZERO);
        assertThat(forecast.seen()).as("March is too long ago").isEqualTo(1);
    }
}
