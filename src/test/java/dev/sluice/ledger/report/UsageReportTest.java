package dev.sluice.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Stretch;
import dev.sluice.model.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageReportTest {
    /** Saturday morning in Seoul, Friday evening in UTC. */
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-20T20:00:00Z"));

    private static UsageQuestion question(String... pairs) {
        Map<String, String> given = new HashMap<>();
        for (int index = 0; index < pairs.length; index += 2) {
            given.put(pairs[index], pairs[index + 1]);
        }
        return UsageQuestion.of(name -> Optional.ofNullable(given.get(name)), UsageQuestion.Format.TEXT, CLOCK);
    }

    private static Spending line(String name, long cost, long routing) {
        return new Spending(
                name,
                3,
                2,
                2,
                1,
                0,
                1,
                1,
                new Money(cost),
                Money.ZERO,
                new Money(7),
                new Money(1000),
                10,
                20,
                5,
                40,
                new Spending.Saved(Money.ZERO, new Money(30), new Money(routing), name.equals("plain") ? 0 : 2));
    }

    @Test
    void whoNamesNothingGetsTheLastThirtyDaysInSeoul() {
        UsageQuestion question = question();
        assertThat(question.last()).isEqualTo(LocalDate.of(2026, 11, 21));
        assertThat(question.first()).isEqualTo(LocalDate.of(2026, 10, 22));
        assertThat(question.by().word()).isEqualTo("day");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            by     | hour        | 'by' must be one of day, week, month, provider, model, job, run, agent, tenant, team, user, key, tier, caller, state, cache, not 'hour'
            from   | yesterday   | 'from' must be a day such as 2026-11-01, not 'yesterday'
            to     | 2026-02-30  | 'to' must be a day such as 2026-11-01, not '2026-02-30'
            zone   | Seoul       | 'zone' must be a time zone such as Asia/Seoul, Europe/Berlin or UTC, not 'Seoul'
            format | xml         | 'format' must be text, csv or json, not 'xml'
            from   | 2026-12-01  | 'from' (2026-12-01) is after 'to' (2026-11-21): turn them round
            from   | 2010-01-01  | ask for at most 3660 days at once
            from   | +99999-01-01 | 'from' must lie between 2000 and 2200, not be +99999-01-01
            from   | 0001-01-01  | 'from' must lie between 2000 and 2200, not be 0001-01-01
            """)
    void aWrongParameterIsAnsweredWithWhatToWrite(String name, String value, String answer) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> question(name, value))
                .withMessageContaining(answer);
    }

    @Test
    void weeksBeginOnMondayAndAreNumberedAsIsoDoes() {
        assertThat(Stretch.cut(Stretch.Unit.WEEK, LocalDate.of(2026, 12, 30), LocalDate.of(2027, 1, 5), ZoneOffset.UTC))
                .containsExactly(
                        new Stretch(
                                "2026-W53",
                                Instant.parse("2026-12-30T00:00:00Z"),
                                Instant.parse("2027-01-04T00:00:00Z")),
                        new Stretch(
                                "2027-W01",
                                Instant.parse("2027-01-04T00:00:00Z"),
                                Instant.parse("2027-01-06T00:00:00Z")));
    }

    @Test
    void monthsAreCutAtTheirEnds() {
        assertThat(Stretch.cut(
                        Stretch.Unit.MONTH, LocalDate.of(2026, 10, 31), LocalDate.of(2026, 11, 30), ZoneOffset.UTC))
                .extracting(Stretch::name)
                .containsExactly("2026-10", "2026-11");
    }

    @Test
    void aNameThatASpreadsheetWouldRunIsHarmless() { // A22
        UsageReport report = new UsageReport(
                question("by", "user"),
                List.of(
                        line("=HYPERLINK(\"http://evil\")", 5, -9),
                        line("+1", 5, 0),
                        line("-1", 5, 0),
                        line("@SUM(A1)", 5, 0),
                        line("\tx", 5, 0),
                        line("\rx", 5, 0),
                        line("a, b", 5, 0),
                        line("plain", 5, 0)),
                line("all", 40, -9),
                "openai/gpt-6-sol");
        assertThat(UsageCsv.write(report).split("\r\n", -1))
                .startsWith(
                        "user,calls,attempts,cost_usd,in_doubt,in_doubt_usd,unpriced,failures,failure_cost_usd,estimated,"
                                + "estimated_cost_usd,tokens_fresh,tokens_cache_read,tokens_cache_write,tokens_output,"
                                + "saved_own_cache_usd,saved_provider_cache_usd,saved_routing_usd,saved_routing_unknown,"
                                + "routing_baseline",
                        "\"'=HYPERLINK(\"\"http://evil\"\")\",2,3,0.000000005,1,0.000001,0,1,0.000000007,1,0,10,20,5,40,0,"
                                + "0.00000003,-0.000000009,1,openai/gpt-6-sol")
                .anyMatch(line -> line.startsWith("'+1,"))
                .anyMatch(line -> line.startsWith("'-1,"))
                .anyMatch(line -> line.startsWith("'@SUM(A1),"))
                .anyMatch(line -> line.startsWith("'\tx,"))
                .anyMatch(line -> line.startsWith("\"'\rx\","))
                .anyMatch(line -> line.startsWith("\"a, b\","))
                .anyMatch(line -> line.startsWith("plain,") && line.endsWith(",0.00000003,,3,openai/gpt-6-sol"));
    }

    @Test
    void aNameDoesNotMoveTheCursorOfATerminal() { // Y04
        UsageReport report = new UsageReport(
                question("by", "user"), List.of(line("\u001B[2Jgone", 5, 0)), line("all", 5, 0), "openai/gpt-6-sol");
        assertThat(UsageText.write(report)).doesNotContain("\u001B").contains("?[2Jgone");
        assertThat(UsageText.write(report)).contains("Routing: the same tokens at openai/gpt-6-sol, at the price");
    }
}
