package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RawClient;
import dev.sluice.testing.Reply;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may look at and change the gateway, and how keys are made and ended over HTTP. */
class AdministrationTest {
    private static final String PLAIN = TestGateway.QUICK + """
            providers:
              vllm: {url: $UP/vllm}
            models: {m: vllm/x}
            """;
    private static final String KEYED = PLAIN
            + "tiers: {free: {routes: cloud}}\nkeys: [{name: app, key: app-key}, {name: boss, key: b, admin: true}]\n";
    private static final String BOSS = "Bearer b";

    /** What anybody may ask: whether it lives and what it is. */
    private static final Set<String> PUBLIC =
            Set.of("GET /", "HEAD /", "GET /api/version", "HEAD /api/version", "GET /health", "HEAD /health");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    private static String field(Reply reply, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(reply.body());
        assertThat(found.find()).as("%s in %s", name, reply.body()).isTrue();
        return found.group(1);
    }

    private static int chat(TestGateway gateway, String key) {
        return gateway.post("/v1/chat/completions", TestGateway.chatBody("m", false), "Authorization", "Bearer " + key)
                .status();
    }

    // ---- who gets in

    @Test
    void withoutAKeyEveryRouteButThePublicOnesIsRefused() throws IOException { // A02
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            assertThat(gateway.routes()).contains("POST /v1/chat/completions", "POST /admin/keys", "GET /metrics");
            List<String> let = new ArrayList<>();
            for (String route : gateway.routes()) {
                String method = route.substring(0, route.indexOf(' '));
                String path = route.substring(route.indexOf(' ') + 1);
                Reply reply = gateway.ask(method, path.length() > 1 && path.endsWith("/") ? path + "x" : path, "");
                if (reply.status() != 401) {
                    let.add(route);
                }
            }
            assertThat(let).containsExactlyInAnyOrderElementsOf(PUBLIC);
            assertThat(upstream.visits()).isEmpty();
            assertThat(upstream.connections()).isLessThanOrEqualTo(2); // The gateway's own question for models.
        }
    }

    @Test
    void noOtherSpellingOfARouteGetsRoundTheKey() throws IOException { // A02
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            for (String route : gateway.routes()) {
                String method = route.substring(0, route.indexOf(' '));
                String path = route.substring(route.indexOf(' ') + 1);
                if (PUBLIC.contains(route)) {
                    continue;
                }
                for (String odd : spellings(path)) {
                    for (String verb : List.of(method, "HEAD", "OPTIONS", "TRACE", "PATCH")) {
                        String status = raw(gateway, verb, odd);
                        assertThat(status).as("%s %s", verb, odd).matches("(301|307|400|401|403|404|405|204|501)");
                    }
                }
            }
            assertThat(upstream.visits()).isEmpty();
        }
    }

    private static List<String> spellings(String path) {
        return List.of(
                path + "/",
                path.toUpperCase(Locale.ROOT),
                path.replaceFirst("a", "%61"),
                path.replaceFirst("/", "//"),
                "/./" + path.substring(1),
                "/x/.." + path,
                path + "?key=b",
                path + "%00",
                path + ";x=y");
    }

    private static String raw(TestGateway gateway, String method, String path) throws IOException {
        try (RawClient client = gateway.connect()) {
            String reply = client.send(method + " " + path
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .readAll();
            return reply.isEmpty() ? "400" : reply.substring(9, 12);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /stats",
        "GET, /metrics",
        "PUT, /admin/backend-mode",
        "GET, /admin/keys",
        "POST, /admin/keys",
        "DELETE, /admin/keys/key_1",
        "POST, /admin/keys/key_1/rotate",
    })
    void aClientsKeyAdministratesNothing(String method, String path) throws IOException { // A16
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            Reply reply = gateway.ask(method, path, "", "Authorization", "Bearer app-key");
            assertThat(reply.status()).isEqualTo(401);
            assertThat(gateway.ask(method, path, "", "Authorization", BOSS).status())
                    .isNotEqualTo(401);
        }
    }

    @Test
    void aForeignPageChangesNothing() throws IOException { // A19
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            Reply reply = gateway.ask(
                    "POST", "/admin/keys", "{\"name\":\"x\"}", "Authorization", BOSS, "Origin", "https://evil.example");
            assertThat(reply.status()).isEqualTo(403);
            assertThat(gateway.get("/admin/keys", "Authorization", BOSS).body()).isEqualTo("{\"keys\":[]}");
        }
    }

    // ---- keys over HTTP

    @Test
    void aKeyIsMadeRenewedAndEndedAndShownOnce() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            Reply made = gateway.post("/admin/keys", """
                    {"name": "shop", "tenant": "acme", "team": "t", "user": "u", "tier": "free", "job": "j",
                     "models": ["m"], "end_users": true, "admin": false, "expires": "90d"}""", "Authorization", BOSS);
            assertThat(made.status()).isEqualTo(201);
            assertThat(made.header("cache-control")).isEqualTo("no-store");
            String first = field(made, "key");
            String id = field(made, "id");
            assertThat(chat(gateway, first)).isEqualTo(200);
            Reply list = gateway.get("/admin/keys", "Authorization", BOSS);
            assertThat(list.body())
                    .contains(id, "\"tenant\":\"acme\"", "\"tier\":\"free\"", "\"expires\":\"2027-02-19T12:00:00Z\"")
                    .doesNotContain(first, "hash", "sk-sluice");
            assertThat(list.header("cache-control")).isEqualTo("no-store");
            Reply rotated =
                    gateway.post("/admin/keys/" + id + "/rotate", "{\"overlap\":\"0s\"}", "Authorization", BOSS);
            assertThat(rotated.status()).isEqualTo(200);
            assertThat(chat(gateway, first)).isEqualTo(401);
            assertThat(chat(gateway, field(rotated, "key"))).isEqualTo(200);
            Reply ended = gateway.ask("DELETE", "/admin/keys/" + id, "", "Authorization", BOSS);
            assertThat(ended.status()).isEqualTo(200);
            assertThat(ended.body()).contains("\"live\":false");
            assertThat(chat(gateway, field(rotated, "key"))).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"x\",\"role\":\"admin\"}",
                "{\"name\":\"x\",\"budget\":1000}",
                "{\"name\":\"x\",\"is_admin\":true}",
                "{\"name\":\"x\",\"id\":\"key_mine\"}",
                "{\"name\":\"x\",\"hash\":\"00\"}",
                "{\"name\":\"x\",\"admin\":\"true\"}",
                "{\"name\":\"x\",\"models\":\"m\"}",
                "{\"name\":\"x\",\"models\":[1]}",
                "{\"name\":\"x\",\"expires\":\"soon\"}",
                "{\"name\":\"x\",\"expires\":\"0s\"}",
                "{\"name\":\"<script>\"}",
                "{\"tenant\":\"acme\"}",
                "{\"name\":\"app\"}",
                "{\"name\":\"x\",\"name\":\"y\"}",
                "{\"name\":\"x\",\"tenant\":null,\"tenant\":\"y\"}",
                "{\"name\":\"x\"}{}",
                "[]",
                "",
                "{\"name\":",
            })
    void anOrderThatIsNotRightIsRefusedWithItsReason(String body) throws IOException { // A15
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            Reply reply = gateway.ask("POST", "/admin/keys", body, "Authorization", BOSS);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).startsWith("{\"error\":\"");
            assertThat(gateway.get("/admin/keys", "Authorization", BOSS).body()).isEqualTo("{\"keys\":[]}");
        }
    }

    @Test
    void aKeyOfATierThatIsNotSetUpIsRefusedWithThoseThatAre() throws IOException {
        String tiers = KEYED.replace("tiers: {free: {routes: cloud}}", "tiers: {gold: {}, free: {}}");
        try (TestGateway gateway = TestGateway.start(upstream, tiers)) {
            Reply reply = gateway.post("/admin/keys", "{\"name\":\"x\",\"tier\":\"fre\"}", "Authorization", BOSS);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body())
                    .isEqualTo("{\"error\":\"'tier' must be one of those under 'tiers' in the settings: free, gold\"}");
            assertThat(gateway.get("/admin/keys", "Authorization", BOSS).body()).isEqualTo("{\"keys\":[]}");
        }
        String none = KEYED.replace("tiers: {free: {routes: cloud}}\n", "");
        try (TestGateway gateway = TestGateway.start(upstream, none)) {
            Reply reply = gateway.post("/admin/keys", "{\"name\":\"x\",\"tier\":\"free\"}", "Authorization", BOSS);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("the settings have no 'tiers'");
        }
    }

    @Test
    void aKeyThatIsNotThereIsMissed() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, KEYED)) {
            gateway.post("/admin/keys", "{\"name\":\"x\"}", "Authorization", BOSS);
            assertThat(gateway.ask("DELETE", "/admin/keys/key_0", "", "Authorization", BOSS)
                            .status())
                    .isEqualTo(404);
            assertThat(gateway.ask("POST", "/admin/keys/key_0/rotate", "", "Authorization", BOSS)
                            .status())
                    .isEqualTo(404);
            assertThat(gateway.ask("POST", "/admin/keys/key_0", "", "Authorization", BOSS)
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void theFirstKeyIsNotMadeOverHttp() throws IOException {
        try (TestGateway gateway = TestGateway.start(upstream, PLAIN)) {
            Reply reply = gateway.post("/admin/keys", "{\"name\":\"x\",\"admin\":true}");
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.body()).contains("sluice key create --admin");
            assertThat(gateway.get("/stats").status()).isEqualTo(200);
        }
    }

    // ---- a place of their own

    @Test
    void withAPlaceOfTheirOwnAdministratorsAreNowhereElse() throws IOException {
        String apart = KEYED + "admin: {port: 0, key: op-key}\n";
        try (TestGateway gateway = TestGateway.start(upstream, apart)) {
            for (String path : List.of("/stats", "/metrics", "/admin/keys")) {
                assertThat(gateway.get(path, "Authorization", BOSS).status()).isEqualTo(404);
                assertThat(gateway.administer("GET", path, "", "Authorization", BOSS)
                                .status())
                        .isEqualTo(200);
                assertThat(gateway.administer("GET", path, "", "Authorization", "Bearer op-key")
                                .status())
                        .isEqualTo(200);
                assertThat(gateway.administer("GET", path, "", "Authorization", "Bearer app-key")
                                .status())
                        .isEqualTo(401);
            }
            assertThat(gateway.administer("GET", "/health", "").status()).isEqualTo(200);
            assertThat(gateway.get("/health").status()).isEqualTo(200);
            assertThat(gateway.administer("POST", "/v1/chat/completions", "{}", "Authorization", BOSS)
                            .status())
                    .isEqualTo(404);
            assertThat(chat(gateway, "op-key")).isEqualTo(401);
        }
    }
}
