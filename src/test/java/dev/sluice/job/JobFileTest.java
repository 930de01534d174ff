package dev.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsException;
import dev.sluice.config.SettingsFile;
import dev.sluice.model.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobFileTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String WHOLE = """
            name: scout
            schedule:
              cron: 30 8-15
              days: business
              holidays: [2026-12-25]
              missed: run
            input:
              csv: symbols.csv
              template: What about {{symbol}}?
              system: You judge stocks.
            model: deepseek-v3.2
            max-output-tokens: 400
            concurrency: 8
            budget: {run: 0.20, month: 20}
            deadline: 20m
            on-error: stop
            """;

    private static Job read(String text) {
        return JobFile.read(
                Path.of("/jobs/scout.yaml"), SettingsFile.parse("scout.yaml", text, _ -> Optional.empty()), NOW);
    }

    @Test
    void readsEveryKey() {
        Job job = read(WHOLE);
        assertThat(job.name()).isEqualTo("scout");
        Schedule schedule = job.schedule().orElseThrow();
        assertThat(schedule.zone()).isEqualTo(ZoneId.of("Asia/Seoul"));
        assertThat(schedule.days().holidays()).containsExactly(LocalDate.of(2026, 12, 25));
        assertThat(job.missed()).isEqualTo(Job.Missed.RUN);
        assertThat(job.input().path()).isEqualTo(Path.of("/jobs/symbols.csv"));
        assertThat(job.maxOutputTokens()).isEqualTo(OptionalInt.of(400));
        assertThat(job.concurrency()).isEqualTo(8);
        assertThat(job.budget())
                .isEqualTo(
                        new Job.Budget(Optional.of(new Money(200_000_000)), Optional.of(new Money(20_000_000_000L))));
        assertThat(job.deadline()).isEqualTo(Duration.ofMinutes(20));
        assertThat(job.onError()).isEqualTo(Job.OnError.STOP);
    }

    @Test
    void aPlaceInATemplateThatIsNotClosedIsRefused() {
        assertThatThrownBy(() -> read("name: a\nmodel: m\ninput: {csv: r.csv, template: 'say {{word to {{name}}'}\n"))
                .hasMessageContaining("input.template: has '{{word to ' without its '}}'");
    }

    @Test
    void aShortFileHasDefaults() {
        Job job = read("{name: a, model: m, input: {jsonl: a.jsonl}}");
        assertThat(job.schedule()).isEmpty();
        assertThat(job.missed()).isEqualTo(Job.Missed.SKIP);
        assertThat(job.concurrency()).isEqualTo(4);
        assertThat(job.deadline()).isEqualTo(Duration.ofHours(1));
        assertThat(job.onError()).isEqualTo(Job.OnError.CONTINUE);
        assertThat(job.budget()).isEqualTo(Job.Budget.NONE);
    }

    static Stream<Arguments> mistakes() {
        return Map.ofEntries(
                        Map.entry(
                                "cron: 30 8-15->cron: 0 0 30 2 *",
                                "scout.yaml:3: schedule.cron: '0 0 30 2 *' never fires"),
                        Map.entry("cron: 30 8-15->cron: 0 9 * * SAT", "never fires on a business day"),
                        Map.entry(
                                "cron: 30 8-15->cron: 99 8", "scout.yaml:3: schedule.cron: '99 8' is not a cron line"),
                        Map.entry("  days: business->  zone: Asia/Soul\n  days: business", "did you mean 'Asia/Seoul'"),
                        Map.entry("  days: business->  days: workdays", "must be 'every' or 'business'"),
                        Map.entry("  days: business->  days: every", "mean something only with 'days: business'"),
                        Map.entry("2026-12-25->2026-02-30", "'2026-02-30' is not a date"),
                        Map.entry("  cron: 30 8-15\n->", "schedule: needs a 'cron' line"),
                        Map.entry("missed: run->missed: later", "must be 'run' or 'skip'"),
                        Map.entry("csv: symbols.csv->csv: symbols.csv\n  jsonl: a.jsonl", "has both 'jsonl' and 'csv'"),
                        Map.entry("csv: symbols.csv->jsonl: a.jsonl", "has a template, which goes with 'csv'"),
                        Map.entry("  csv: symbols.csv\n->", "needs 'jsonl' or 'csv'"),
                        Map.entry("  template: What about {{symbol}}?\n->", "needs a 'template'"),
                        Map.entry("run: 0.20->run: -0.20", "scout.yaml:14: budget.run: must be US dollars"),
                        Map.entry("run: 0.20->run: .nan", "must be US dollars"),
                        Map.entry("run: 0.20->run: NaN", "must be US dollars"),
                        Map.entry("run: 0.20->run: 1e9", "must be US dollars"),
                        Map.entry("run: 0.20->run: 0", "is nothing"),
                        Map.entry("run: 0.20->run: 21", "is more than 'month'"),
                        Map.entry("concurrency: 8->concurrency: 0", "must be 1 to 256"),
                        Map.entry("max-output-tokens: 400->max-output-tokens: 0", "must be 1 to 1000000"),
                        Map.entry("deadline: 20m->deadline: 0s", "must be more than nothing"),
                        Map.entry("on-error: stop->on-error: explode", "must be 'continue' or 'stop'"),
                        Map.entry("name: scout->name: The Scout", "must be lower-case letters"),
                        Map.entry("model: deepseek-v3.2->model: ''", "needs a 'model'"),
                        Map.entry(
                                "concurrency: 8->concurency: 8",
                                "concurency: is not a setting; did you mean 'concurrency'?"))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsToldWithFileLineAndReason(String change, String told) {
        String[] parts = change.split("->", -1);
        assertThat(WHOLE).contains(parts[0]);
        assertThatThrownBy(() -> read(WHOLE.replace(parts[0], parts[1])))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("scout.yaml:")
                .hasMessageContaining(told);
    }
}
