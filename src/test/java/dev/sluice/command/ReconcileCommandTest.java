package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger against what providers say, and usage for those who bill: commands on the data of a real gateway. */
class ReconcileCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter told = new StringWriter();

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private String settings(String more) {
        return "data: " + folder.resolve("data") + "\n" + """
                listen: {port: 0}
                access-log: none
                providers:
                  deepseek: {url: $UP/deepseek, key: k1}
                  openrouter: {url: $UP/openrouter, key: k2}
                keys: [{name: a, key: acme-key, tenant: acme}, {name: b, key: other-key, tenant: "other"}]
                """.replace("$UP", upstream.address()) + more;
    }

    /** Lets a gateway make these calls, and writes its settings down for the commands. */
    private void calls(String more, String... keysAndModels) throws IOException {
        Files.writeString(folder.resolve("sluice.yaml"), settings(more));
        try (InProcess gateway = InProcess.start(settings(more), Clocks.SYSTEM);
                java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
            for (int i = 0; i < keysAndModels.length; i += 2) {
                var request = java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(gateway.address() + "/v1/chat/completions"))
                        .header("authorization", "Bearer " + keysAndModels[i])
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                TestGateway.chatBody(keysAndModels[i + 1], i % 4 == 0)))
                        .build();
                assertThat(client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private int run(String... words) {
        told.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--config", folder.resolve("sluice.yaml").toString()));
        PrintWriter out = new PrintWriter(told, true);
        return App.commandLine().setOut(out).setErr(out).execute(all.toArray(String[]::new));
    }

    @Test
    void openRouterIsAskedAboutEachAnswerByItsReceipt() throws IOException {
        upstream.on("openrouter", Answers.of("Hi").cost("0.001"));
        calls("", "acme-key", "openrouter/deepseek/deepseek-v3.2", "acme-key", "openrouter/deepseek/deepseek-v3.2");
        assertThat(run("reconcile", "openrouter")).isEqualTo(1);
        assertThat(told.toString()).contains("Here and not there (2)", "(c1): $0.001 here");
        assertThat(upstream.pageCount("openrouter/generation?id=c1") + upstream.pageCount("openrouter/generation"))
                .isEqualTo(2);
    }

    @Test
    void whatOpenRouterSaysIsComparedToTheNanoDollar() throws IOException {
        upstream.on("openrouter", Answers.of("Hi").cost("0.001"));
        calls("", "acme-key", "openrouter/deepseek/deepseek-v3.2");
        page("openrouter/generation", "?id=c1", "{\"data\":{\"id\":\"c1\",\"total_cost\":0.001}}");
        page("openrouter/credits", "", "{\"data\":{\"total_credits\":20,\"total_usage\":3.5}}");
        assertThat(run("reconcile", "openrouter")).isZero();
        assertThat(told.toString()).contains("1 agree. Here $0.001, there $0.001, difference $0.", "Left $16.5: noted");
        page("openrouter/generation", "?id=c1", "{\"data\":{\"id\":\"c1\",\"total_cost\":0.0012}}");
        assertThat(run("reconcile", "openrouter")).isEqualTo(1);
        assertThat(told.toString()).contains("(c1): $0.001 here, $0.0012 there");
    }

    @Test
    void whatCouldNotBeAskedAboutIsNotComparedAndInNoOtherList() throws IOException {
        upstream.on("openrouter", Answers.of("Hi").cost("0.001"));
        calls("", "acme-key", "openrouter/deepseek/deepseek-v3.2");
        page("openrouter/generation", "?id=c1", "{\"data\":{\"id\":\"c1\",\"total_cost\":-1}}");
        assertThat(run("reconcile", "openrouter")).isEqualTo(2);
        assertThat(told.toString())
                .contains("0 agree. Here $0, there $0, difference $0.", "Not compared (1)")
                .doesNotContain("Here and not there");
    }

    private void page(String path, String query, String json) {
        upstream.page(path, json);
        upstream.page(path + query, json);
    }

    @Test
    void whatHasGoneFromTheBalanceIsComparedWithTheBook() throws IOException {
        upstream.page(
                "deepseek/user/balance",
                "{\"is_available\":true,\"balance_infos\":[{\"currency\":\"CNY\",\"total_balance\":\"8.00\"},"
                        + "{\"currency\":\"USD\",\"total_balance\":\"10.00\"}]}");
        Files.createDirectories(folder.resolve("data"));
        calls("");
        assertThat(run("reconcile", "deepseek")).isZero();
        assertThat(told.toString()).contains("Left $10: noted", "8.00 CNY: not compared");
        calls("", "acme-key", "deepseek/deepseek-flash");
        assertThat(run("reconcile", "deepseek")).isZero();
        assertThat(told.toString()).contains("$0 has gone, $0.00000", "difference $-0.0000");
        upstream.page(
                "deepseek/user/balance", "{\"balance_infos\":[{\"currency\":\"USD\",\"total_balance\":\"9.50\"}]}");
        assertThat(run("reconcile", "deepseek")).isEqualTo(1);
        assertThat(told.toString()).contains("$0.5 has gone, $0 is booked");
    }

    @Test
    void aBillIsComparedAndTheLedgerLeftAsItIs() throws IOException {
        calls("", "acme-key", "deepseek/deepseek-flash");
        byte[] before = Files.readAllBytes(folder.resolve("data").resolve("sluice.db"));
        Path bill = folder.resolve("bill.csv");
        Files.writeString(bill, "id,amount,currency\nc1,0.0000021,USD\nc2,0.1,EUR\n");
        assertThat(run("reconcile", "csv", bill.toString(), "--provider", "deepseek"))
                .isEqualTo(1);
        assertThat(told.toString()).contains("Not compared (1)", "bill.csv:3: currency 'EUR'");
        Files.writeString(bill, "what,is,this\n");
        assertThat(run("reconcile", "csv", bill.toString(), "--provider", "deepseek"))
                .isEqualTo(2);
        assertThat(told.toString()).contains("bill.csv:1: the columns must be");
        assertThat(Files.readAllBytes(folder.resolve("data").resolve("sluice.db")))
                .isEqualTo(before);
    }

    @Test
    void aDayOutsideTheSpanIsNotCompared() throws IOException {
        calls("", "acme-key", "deepseek/deepseek-flash");
        Path bill = folder.resolve("days.csv");
        Files.writeString(bill, "day,model,amount,currency\n2020-01-01,deepseek-flash,5,USD\n2020-01-02,other,1,USD\n");
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        String[] words = {
            "reconcile", "csv", bill.toString(), "--provider", "deepseek", "--from", "2021-01-01", "--to", "2021-01-31"
        };
        assertThat(run(words)).isEqualTo(2);
        assertThat(told.toString())
                .contains("there $0, difference $0.", "2 lines of the bill are outside the span: not compared.")
                .doesNotContain("There and not here");
        Files.writeString(bill, "id,amount,currency\nc1,0.5,USD\nc77,0.5,USD\n");
        assertThat(run(words)).isEqualTo(1);
        assertThat(told.toString())
                .contains("there $0.5", "1 line of the bill is outside the span", "There and not here (1)", "c77")
                .doesNotContain("c1:");
        words[6] = today;
        words[8] = today;
        assertThat(run(words)).isEqualTo(1);
        assertThat(told.toString()).contains("Different amounts (1)").doesNotContain("outside the span");
    }

    @Test
    void anAccountThatWasToppedUpIsNotCompared() throws IOException {
        balance("10.00");
        Files.createDirectories(folder.resolve("data"));
        calls("");
        assertThat(run("reconcile", "deepseek")).isZero();
        balance("20.00");
        assertThat(run("reconcile", "deepseek")).isEqualTo(2);
        assertThat(told.toString()).contains("topped up").doesNotContain("difference");
    }

    @Test
    void aBalanceThatIsNoNumberIsShown() throws IOException {
        balance("plenty");
        Files.createDirectories(folder.resolve("data"));
        calls("");
        assertThat(run("reconcile", "deepseek")).isEqualTo(2);
        assertThat(told.toString()).contains("plenty");
    }

    @Test
    void anotherKindOfProviderHasNoSuchBalance() throws IOException {
        calls("");
        assertThat(run("reconcile", "deepseek", "--provider", "openrouter")).isEqualTo(2);
        assertThat(told.toString()).contains("'openrouter' is not of the kind deepseek");
    }

    // ---- an answer of ten thousand tokens of which ten are reported

    private static final Answers FEW_REPORTED =
            Answers.of("four ".repeat(8_000)).tokens(10, 0, 10);

    @Test
    void aReceiptShowsWhatUsageDidNotTell() throws IOException { // B20
        upstream.on("openrouter", FEW_REPORTED.cost("0.0000137"));
        calls("", "acme-key", "openrouter/deepseek/deepseek-v3.2");
        page("openrouter/generation", "?id=c1", "{\"data\":{\"id\":\"c1\",\"total_cost\":0.0110027}}");
        page("openrouter/credits", "", "{\"data\":{\"total_credits\":20,\"total_usage\":3.5}}");
        assertThat(run("reconcile", "openrouter")).isEqualTo(1);
        assertThat(told.toString())
                .contains("(c1): $0.0000137 here, $0.0110027 there")
                .contains("Here $0.0000137, there $0.0110027, difference $0.010989");
    }

    /** A balance is told in cents, so it takes some answers until it shows. */
    @Test
    void aBalanceShowsWhatUsageDidNotTell() throws IOException { // B20
        upstream.on("deepseek", FEW_REPORTED);
        balance("10.00");
        Files.createDirectories(folder.resolve("data"));
        calls("");
        assertThat(run("reconcile", "deepseek")).isZero();
        String model = "deepseek/deepseek-v3.2"; // Its price is the same at every hour.
        calls("", "acme-key", model, "acme-key", model, "acme-key", model, "acme-key", model);
        balance("9.96");
        assertThat(run("reconcile", "deepseek")).isEqualTo(1);
        assertThat(told.toString()).contains("$0.04 has gone, $0.0000548 is booked: difference $0.0399452");
    }

    private void balance(String dollars) {
        upstream.page(
                "deepseek/user/balance",
                "{\"balance_infos\":[{\"currency\":\"USD\",\"total_balance\":\"" + dollars + "\"}]}");
    }

    @Test
    void aBillShowsWhatUsageDidNotTell() throws IOException { // B20
        upstream.on("deepseek", FEW_REPORTED);
        calls("", "acme-key", "deepseek/deepseek-v3.2");
        Path bill = folder.resolve("bill.csv");
        Files.writeString(bill, "id,amount,currency\nc1,0.0110027,USD\n");
        assertThat(run("reconcile", "csv", bill.toString(), "--provider", "deepseek"))
                .isEqualTo(1);
        assertThat(told.toString()).contains("(c1): $0.0000137 here, $0.0110027 there");
    }

    // ---- billing

    /** Counts a meter event once for each identifier, as Stripe does; every third answer gets lost on its way. */
    private static final class Meter implements AutoCloseable {
        private final HttpServer server;
        private final Map<String, String> events = new HashMap<>();
        private int asked;

        Meter() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/billing/meter_events", exchange -> {
                String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String decoded = URLDecoder.decode(form, StandardCharsets.UTF_8);
                String id = decoded.replaceAll(".*identifier=([^&]*).*", "$1");
                boolean fresh = events.putIfAbsent(id, decoded) == null;
                asked++;
                byte[] body = (fresh
                                ? "{}"
                                : "{\"error\":{\"message\":\"An event already exists with identifier " + id + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(asked % 3 == 1 ? 500 : fresh ? 200 : 400, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @Test
    void usageIsSentOnceForEachAttemptHoweverOftenItIsTried() throws IOException {
        String day = LocalDate.now(ZoneOffset.UTC).toString();
        String eve = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
        upstream.on("openrouter", Answers.of("Hi").cost("0.0012345678"));
        try (Meter meter = new Meter()) {
            String stripe = "billing: {stripe: {url: \"http://127.0.0.1:"
                    + meter.server.getAddress().getPort()
                    + "\", key: sk_test_1, event: use, customers: {acme: cus_A1}}}\n";
            String model = "openrouter/deepseek/deepseek-v3.2";
            calls(stripe, "acme-key", model, "acme-key", model, "other-key", model);
            assertThat(run("billing", "send", "--from", eve, "--to", day)).isZero();
            assertThat(told.toString())
                    .contains("2 events sent, 0 had been sent before", "1 of tenant 'other' left out")
                    .doesNotContain("sk_test_1");
            assertThat(run("billing", "send", "--from", eve, "--to", day)).isZero();
            assertThat(told.toString()).contains("0 events sent, 2 had been sent before");
            assertThat(meter.events.values())
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(event)
                            .contains(
                                    "event_name=use",
                                    "payload[stripe_customer_id]=cus_A1",
                                    "payload[value]=1235",
                                    "timestamp="));
            assertThat(run("billing", "export", "--from", eve, "--to", day)).isZero();
            assertThat(told.toString())
                    .contains("day,tenant,customer,unit,events,value")
                    .contains("\"acme\",cus_A1,microdollars,2,2470")
                    .contains("\"other\",,microdollars,1,1235");
        }
    }

    @Test
    void aLineThatWasCutShortTakesNoOtherIdWithIt() throws IOException {
        String day = LocalDate.now(ZoneOffset.UTC).toString();
        upstream.on("openrouter", Answers.of("Hi").cost("0.0012345678"));
        try (Meter meter = new Meter()) {
            String model = "openrouter/deepseek/deepseek-v3.2";
            calls(
                    "billing: {stripe: {url: \"http://127.0.0.1:"
                            + meter.server.getAddress().getPort()
                            + "\", key: sk_test_1, event: use, customers: {acme: cus_A1}}}\n",
                    "acme-key",
                    model);
            String[] send = {"billing", "send", "--from", day, "--to", day};
            Files.writeString(folder.resolve("data").resolve("billing.sent"), "an-id-and-then-the-power-w");
            assertThat(run(send)).isZero();
            assertThat(told.toString()).contains("1 event sent, 0 had been sent before");
            assertThat(run(send)).isZero();
            assertThat(told.toString()).contains("0 events sent, 1 had been sent before");
        }
    }

    @Test
    void whoGivesUpOnTheBillerSaysWhatWasNotTried() throws IOException {
        String day = LocalDate.now(ZoneOffset.UTC).toString();
        upstream.on("openrouter", Answers.of("Hi").cost("0.0012345678"));
        HttpServer refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        refusing.start();
        try {
            String[] keysAndModels = new String[2 * 23];
            for (int i = 0; i < keysAndModels.length; i += 2) {
                keysAndModels[i] = "acme-key";
                keysAndModels[i + 1] = "openrouter/deepseek/deepseek-v3.2";
            }
            calls(
                    "billing: {stripe: {url: \"http://127.0.0.1:"
                            + refusing.getAddress().getPort()
                            + "\", key: sk_test_1, event: use, customers: {acme: cus_A1}}}\n",
                    keysAndModels);
            assertThat(run("billing", "send", "--from", day, "--to", day)).isEqualTo(1);
            assertThat(told.toString()).contains("stopped after 20 that were not taken; 3 more were not tried");
        } finally {
            refusing.stop(0);
        }
    }

    @Test
    void whatIsResolvedLaterIsSentByTheRunOfThatDay() throws IOException {
        try (Meter meter = new Meter()) {
            calls("billing: {stripe: {url: \"http://127.0.0.1:"
                    + meter.server.getAddress().getPort()
                    + "\", key: sk_test_1, event: use, customers: {acme: cus_A1}}}\n");
            Attempt doubtful = new Attempt(
                    Samples.intent("late"),
                    Samples.outcome(
                            "late", Outcome.State.IN_DOUBT, Optional.empty(), new Cost.Priced(new Money(9_000))));
            try (DataFolder data = DataFolder.lock(folder.resolve("data"));
                    SqliteArchive archive = SqliteArchive.open(data)) {
                archive.put(
                        List.of(doubtful),
                        List.of(Samples.amendment("late", "resolved", 172_800, 7_000)),
                        archive.position());
            }
            assertThat(run("billing", "send", "--from", "2026-11-17", "--to", "2026-11-17"))
                    .isZero();
            assertThat(told.toString()).contains("0 events sent, 0 had");
            assertThat(run("billing", "send", "--from", "2026-11-18", "--to", "2026-11-18"))
                    .isZero();
            assertThat(told.toString()).contains("1 event sent, 0 had been sent before");
            assertThat(meter.events.values()).singleElement().asString().contains("payload[value]=7");
        }
    }

    @Test
    void whatRetentionHasRemovedIsNotTakenForNothing() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        calls("");
        balance("10.00");
        assertThat(run("reconcile", "deepseek")).isZero();
        calls("", "acme-key", "openrouter/deepseek/deepseek-v3.2");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (DataFolder data = DataFolder.lock(folder.resolve("data"));
                SqliteArchive archive = SqliteArchive.open(data)) {
            assertThat(archive.forget(Instant.now().plusSeconds(1), 100)).isEqualTo(1);
        }
        assertThat(run("reconcile", "deepseek")).isZero();
        assertThat(told.toString()).contains("Attempts of before " + today).contains("$0 has gone, $0 is booked");
        String[] export = {"billing", "export", "--from", today.minusDays(1).toString(), "--to", today.toString()};
        assertThat(run(export)).isEqualTo(1);
        assertThat(told.toString())
                .contains("day,tenant,customer")
                .contains("Attempts of before " + today)
                .contains("'retention' had their rows removed. With --partial");
        List<String> partial = new ArrayList<>(List.of(export));
        partial.add("--partial");
        assertThat(run(partial.toArray(String[]::new))).isZero();
        Path bill = Files.writeString(folder.resolve("bill.csv"), "id,amount,currency\nc1,0.1,USD\n");
        assertThat(run("reconcile", "csv", bill.toString(), "--provider", "openrouter"))
                .isEqualTo(1);
        assertThat(told.toString()).contains("Attempts of before " + today).contains("There and not here (1)");
        assertThat(run(
                        "billing",
                        "export",
                        "--from",
                        today.plusDays(1).toString(),
                        "--to",
                        today.plusDays(2).toString()))
                .isZero();
    }

    @Test
    void billingIsOffUnlessItIsSetUp() throws IOException {
        calls("");
        assertThat(run("billing", "send", "--from", "2026-11-01", "--to", "2026-11-30"))
                .isEqualTo(2);
        assertThat(told.toString()).contains("billing is off");
        assertThat(run("billing", "export", "--from", "2026-11-30", "--to", "2026-11-01"))
                .isEqualTo(2);
    }

    @Test
    void aQuestionThatCannotBeMeantIsNotAnsweredWithADifference() throws IOException {
        calls("", "acme-key", "deepseek/deepseek-flash");
        Path bill = folder.resolve("names.csv");
        Files.writeString(bill, "id,amount,currency\nc1,0.1,USD\n");
        assertThat(run("reconcile", "csv", bill.toString(), "--provider", "deepsek"))
                .isEqualTo(2);
        assertThat(told.toString()).contains("know a provider 'deepsek'; did you mean 'deepseek'?");
        assertThat(run(
                        "reconcile",
                        "csv",
                        bill.toString(),
                        "--provider",
                        "deepseek",
                        "--from",
                        "2026-11-30",
                        "--to",
                        "2026-11-01"))
                .isEqualTo(2);
        assertThat(told.toString()).contains("--from (2026-11-30) is after --to (2026-11-01): turn them round");
        assertThat(run("reconcile", "csv", folder.resolve("none.csv").toString(), "--provider", "deepseek"))
                .isEqualTo(2);
        assertThat(told.toString()).contains("there is no file " + folder.resolve("none.csv"));
    }
}
