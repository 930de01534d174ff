package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildGateway;
import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.Remains;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.testing.Visit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program killed under load with hard budgets on. Its provider charges in full the moment it is asked, so that no
 * kill makes anything cheaper.
 */
class KilledGatewayTest {
    private static final int KILLS = Integer.getInteger("sluice.kills", 20);
    private static final Duration LONGEST = Duration.ofSeconds(Integer.getInteger("sluice.kills.seconds", 100));
    private static final int CLIENTS = 64;
    private static final String MODEL = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
    private static final Pattern CAP = Pattern.compile("\"max_tokens\":(\\d+)");
    private static final Map<String, Long> NANOS = Map.of("small", 10_000_000L, "middle", 60_000_000L);
    private static final long ALL_NANOS = 10_000_000L * KILLS;

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging(MODEL, "0.27", "0.027", "1.10").on("deepseek", greedy());

    private final List<Long> recoveries = new ArrayList<>();

    private static String settings() {
        return """
                access-log: none
                rate-limits: {per-endpoint: 0, per-client: 0}
                providers:
                  deepseek: {url: $UP/deepseek, key: k, concurrency: 100}
                spending: {wait: 20ms, least-output: 1}
                keys:
                  - {name: k-small, key: small, tenant: small}
                  - {name: k-middle, key: middle, tenant: middle}
                  - {name: k-large, key: large, tenant: large}
                budgets:
                  - {scope: gateway, amount: ALL, period: day, zone: ZONE}
                  - {scope: tenant/small, amount: 0.01, period: day, zone: ZONE}
                  - {scope: key/k-middle, amount: 0.06, period: day, zone: ZONE}
                  - {scope: "tenant/*", amount: ALL, period: total}
                """.replace(
                "ALL", new java.math.BigDecimal(ALL_NANOS).movePointLeft(9).toPlainString()).replace(
                "ZONE", whereItIsNoon());
    }

    /** So that no day ends under the test. */
    private static String whereItIsNoon() {
        int ahead = 12 - Instant.now().atOffset(ZoneOffset.UTC).getHour();
        return "Etc/GMT" + (ahead > 0 ? "-" : "+") + Math.abs(ahead);
    }

    /** The whole cap is used and charged at once. */
    private static Script greedy() {
        return visit -> {
            UpstreamRequest request = visit.request();
            Matcher cap = CAP.matcher(request.text());
            Answers answer = Answers.of("a", "b").tokens(10, 4, cap.find() ? Long.parseLong(cap.group(1)) : 1_000_000);
            answer.charge(visit);
            visit.pause(Duration.ofMillis(2));
            if (!request.stream()) {
                visit.reply(200, "application/json", answer.body(request));
                return;
            }
            visit.begin(200, Answers.contentType(request));
            for (String frame : answer.frames(request)) {
                visit.send(frame);
                visit.pause(Duration.ofMillis(1));
            }
            visit.end();
        };
    }

    @Test
    void killedUnderLoadNoBudgetIsExceededAndTheLedgerEndsAsTheBill() throws Exception { // L01, G3
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long start = System.nanoTime();
        int kills = 0;
        // On a crowded machine a start takes many seconds; then fewer kills must do.
        while (kills < KILLS && System.nanoTime() - start < LONGEST.toNanos()) {
            kills++;
            try (ChildGateway gateway = startAndAsk()) {
                List<Thread> clients = callAllTheTime(gateway.port());
                awaitSome(upstream.visits().size() + random.nextInt(100));
                LockSupport.parkNanos(random.nextInt(5_000_000));
                gateway.kill();
                for (Thread client : clients) {
                    client.join();
                }
            }
            assertWithinBudgets(seed);
        }
        try (ChildGateway gateway = startAndAsk()) {
            gateway.terminate();
            assertThat(gateway.exit()).isZero();
        }
        TestGateway.compare(upstream, 0, ChildGateway.data(folder), true);
        String before = figures();
        Remains.reconcile(upstream, ChildGateway.data(folder));
        System.out.println("killed " + kills + " times in "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s, seed " + seed + ": " + before);
        recoveries.sort(null);
        System.out.println("start to first answer: median " + recoveries.get(recoveries.size() / 2) + " ms, longest "
                + recoveries.getLast() + " ms");
    }

    /** Or not, where the budgets let no more pass. */
    private void awaitSome(int visits) {
        long until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (upstream.visits().size() < visits && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private ChildGateway startAndAsk() throws IOException {
        long start = System.nanoTime();
        ChildGateway gateway = ChildGateway.start(upstream, settings(), folder);
        assertThat(ask(gateway.port(), "large", false)).containsAnyOf(" 200 ", " 429 ");
        recoveries.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
        return gateway;
    }

    private static String ask(int port, String tenant, boolean stream) throws IOException {
        String body = "{\"model\":\"" + MODEL + "\",\"max_tokens\":50,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"of-" + tenant + "\"}]}";
        try (RawClient client = new RawClient(port)) {
            return client.post("/v1/chat/completions", body, "Authorization: Bearer " + tenant, "Connection: close")
                    .readAll();
        }
    }

    private static List<Thread> callAllTheTime(int port) {
        List<String> tenants = List.of("small", "middle", "large");
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String tenant = tenants.get(i % tenants.size());
            boolean stream = i % 2 == 0;
            clients.add(Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        if (ask(port, tenant, stream).contains(" 429 ")) {
                            LockSupport.parkNanos(50_000_000);
                        }
                    }
                } catch (IOException | AssertionError _) {
                    // The gateway has been killed.
                }
            }));
        }
        return clients;
    }

    private Map<String, Long> billed() {
        Map<String, Long> charged = upstream.bill().charged();
        Map<String, Long> sums = new HashMap<>(Map.of("small", 0L, "middle", 0L, "large", 0L));
        for (Visit visit : upstream.visits()) {
            String text = visit.request().text();
            int from = text.indexOf("of-") + 3;
            String tenant = text.substring(from, text.indexOf('"', from));
            sums.merge(tenant, charged.getOrDefault(visit.request().attemptId(), 0L), Long::sum);
        }
        return sums;
    }

    /** By what the provider has charged, not by what we think. It only grows, so what holds now has held before. */
    private void assertWithinBudgets(long seed) {
        Map<String, Long> sums = billed();
        NANOS.forEach((tenant, most) ->
                assertThat(sums.get(tenant)).as("%s, seed %d", tenant, seed).isLessThanOrEqualTo(most));
        assertThat(upstream.bill().sum()).as("all, seed %d", seed).isLessThanOrEqualTo(ALL_NANOS);
    }

    private String figures() {
        List<LedgerRow> rows = LedgerRow.all(ChildGateway.data(folder));
        long doubtful =
                rows.stream().filter(row -> row.state().equals("IN_DOUBT")).count();
        assertThat(doubtful).isPositive();
        assertThat(rows).filteredOn(LedgerRow::settled).isNotEmpty();
        return upstream.visits().size() + " attempts seen, " + rows.size() + " booked, " + doubtful
                + " in doubt; billed "
                + billed() + " of " + NANOS + ", all " + upstream.bill().sum() + " of " + ALL_NANOS
                + " nano-dollars";
    }
}
