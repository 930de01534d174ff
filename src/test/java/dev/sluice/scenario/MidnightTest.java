package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Spending;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.testing.Answers;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The wall clock goes over midnight while calls are under way. */
class MidnightTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 21);
    private static final long DAILY_NANOS = 3_000_000;
    private static final String SETTINGS = TestGateway.QUICK + """
            rate-limits: {per-endpoint: 0, per-client: 0}
            providers:
              deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
            spending: {wait: 0s, least-output: 0}
            budgets:
              - {scope: gateway, amount: 0.003, period: day, zone: Asia/Seoul}
            """;
    private static final String BODY = """
            {"model":"deepseek/deepseek-v3.2","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}""";

    private final HandClock clock = new HandClock("2026-11-21T14:59:59.8Z");
    /** Calls that were answered well, by the day that it was when they were sent. */
    private final Map<LocalDate, Integer> good = new ConcurrentHashMap<>();

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-v3.2", "0.27", "0.027", "1.10");

    @Test
    void overMidnightUnderLoadEachAttemptIsOfOneDayAndTheBudgetBeginsAnew() throws Exception { // K01
        upstream.on("deepseek", Answers.of("a").tokens(10, 4, 50).slowly(Duration.ofMillis(3), Duration.ZERO));
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS, new Clocks(Ticker.SYSTEM, clock))) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(Thread.ofVirtual().start(() -> callUntilOver(gateway)));
            }
            TestGateway.await("the first day's budget is used up", () -> refused.get() > 0);
            passMidnight();
            // The second one comes in the middle of a budget, with calls under way.
            TestGateway.await("the second day's budget has begun", () -> good(FIRST.plusDays(1)) > 5);
            clock.advance(Duration.ofDays(1).minusMillis(400));
            passMidnight();
            TestGateway.await("the third day's budget has begun", () -> good(FIRST.plusDays(2)) > 5);
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            gateway.restart(); // Everything is in the archive now.
            compareDays(upstream.bill().charged(), gateway.data());
        }
    }

    private void passMidnight() {
        for (int step = 0; step < 400; step++) {
            clock.advance(Duration.ofMillis(1));
            LockSupport.parkNanos(200_000);
        }
    }

    private void callUntilOver(TestGateway gateway) {
        while (!over.get()) {
            LocalDate day = clock.instant().atZone(SEOUL).toLocalDate();
            Reply reply = gateway.post("/v1/chat/completions", BODY);
            assertThat(reply.status()).isIn(200, 429);
            if (reply.status() == 200) {
                good.merge(day, 1, Integer::sum);
            } else {
                refused.incrementAndGet();
            }
        }
    }

    private int good(LocalDate day) {
        return good.getOrDefault(day, 0);
    }

    private static void compareDays(Map<String, Long> bill, Path data) throws Exception {
        Map<LocalDate, Long> billed = new HashMap<>();
        Map<LocalDate, Long> counted = new HashMap<>();
        moments(data).forEach((attempt, at) -> {
            LocalDate day = at.atZone(SEOUL).toLocalDate();
            billed.merge(day, bill.getOrDefault(attempt, 0L), Long::sum);
            counted.merge(day, 1L, Long::sum);
        });
        System.out.println("by day: " + counted + ", billed " + billed + " of " + DAILY_NANOS + " nano-dollars a day");
        assertThat(billed).containsOnlyKeys(FIRST, FIRST.plusDays(1), FIRST.plusDays(2));
        assertThat(billed.values()).allMatch(nanos -> nanos > 0 && nanos <= DAILY_NANOS);
        try (SqliteReports reports = SqliteReports.open(data)) {
            List<Spending> days = reports.byDay(FIRST, FIRST.plusDays(2), SEOUL);
            for (int i = 0; i < days.size(); i++) {
                assertThat(days.get(i).cost().nanos()).isEqualTo(billed.get(FIRST.plusDays(i)));
                assertThat(days.get(i).attempts()).isEqualTo(counted.get(FIRST.plusDays(i)));
            }
        }
    }

    private static Map<String, Instant> moments(Path data) throws SQLException {
        Map<String, Instant> moments = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("sluice.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT attempt_id, at FROM attempt")) {
            while (row.next()) {
                moments.put(row.getString(1), Instant.ofEpochSecond(0, row.getLong(2)));
            }
        }
        return moments;
    }
}
