package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Answers;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastCommandTest {
    @TempDir
    private Path folder;

    private Path settings = Path.of("");

    @BeforeEach
    void write() throws IOException {
        settings = Files.writeString(folder.resolve("sluice.yaml"), "data: " + folder.resolve("data") + "\n");
    }

    private String forecast(int expectedCode, String... arguments) {
        List<String> all = new ArrayList<>(List.of("forecast", "--config", settings.toString()));
        all.addAll(List.of(arguments));
        StringWriter told = new StringWriter();
        int code = App.commandLine()
                .setOut(new PrintWriter(told, true))
                .setErr(new PrintWriter(told, true))
                .execute(all.toArray(String[]::new));
        assertThat(code).as(told.toString()).isEqualTo(expectedCode);
        return told.toString();
    }

    @Test
    void theExampleRunCostsWhatTheScoutDid() { // S0
        assertThat(forecast(0, "--import", "examples/run.csv", "--model", "deepseek-v3.2", "--runs", "176"))
                .contains("108 calls, 176,000 tokens in (0 cached), 44,000 out")
                .contains("one run    $0.09592, at any hour")
                .contains("176 runs   $16.88192");
    }

    @Test
    void todaysFlashShowsItsCheaperHours() { // S0
        assertThat(forecast(0, "--import", "examples/run.csv", "--model", "deepseek-flash", "--runs", "176"))
                .contains("$0.0528 off-peak")
                .contains("$0.1056 at peak   10:00-13:00, 15:00-19:00")
                .contains("176 runs   $9.2928, all off-peak")
                .contains("176 runs   $18.5856, all at peak");
    }

    @Test
    void theScheduleSaysHowManyRunsAreAtPeak() {
        // 8:30, 9:30, 13:30 and 14:30 in Seoul are off-peak; the others are not.
        assertThat(forecast(
                        0,
                        "--import",
                        "examples/run.csv",
                        "--model",
                        "deepseek-flash",
                        "--cron",
                        "30 8-15",
                        "--business-days",
                        "--month",
                        "2026-10"))
                .contains("176 runs in 2026-10   $13.9392")
                .contains("88 of them at $0.0528, off-peak")
                .contains("88 of them at $0.1056, at peak")
                .contains("all of them off-peak: $9.2928, which saves $4.6464");
    }

    @Test
    void mistakesAreToldWithFileAndLine() throws IOException {
        Path run = Files.writeString(folder.resolve("run.jsonl"), """
                {"provider":"deepseek","model":"deepseek-flash","input_tokens":5,"output_tokens":1}
                {"provider":"deepseek","model":"deepseek-flash","input_tokens":-5,"output_tokens":1}
                """);
        assertThat(forecast(2, "--import", run.toString()))
                .contains("run.jsonl:2: 'input_tokens' must be a whole number of tokens, not '-5'");
        assertThat(forecast(2, "--import", "examples/run.csv", "--model", "unheard-of"))
                .contains("a price of the run is not known: deepseek unheard-of");
        assertThat(forecast(2, "--import", "examples/run.csv", "--cron", "0 0 30 2 *", "--runs", "3"))
                .contains("--runs and --cron contradict each other");
        assertThat(forecast(2, "--runs", "3")).contains("go with --import");
        assertThat(forecast(2, "--zone", "Asia/Soul")).contains("did you mean 'Asia/Seoul'");
    }

    @Test
    void aColumnThatIsNamedTwiceIsRefused() throws IOException {
        Path run = Files.writeString(
                folder.resolve("run.csv"),
                "provider,model,input_tokens,output_tokens,input_tokens\ndeepseek,m,1,1,2\n");
        assertThat(forecast(2, "--import", run.toString())).contains("run.csv:1: there are two columns 'input_tokens'");
    }

    @Test
    void namesInTheFirstLineAndTheFilesOwnMayBeInCapitals() throws IOException {
        Path run = Files.writeString(
                folder.resolve("RUN.CSV"),
                "Provider,MODEL,Input_Tokens,output_tokens\ndeepseek,deepseek-v3.2,1000,0\n");
        assertThat(forecast(0, "--import", run.toString())).contains("one run    $0.00027");
    }

    @Test
    void whatNobodyCanReadOrAddUpIsRefusedBeforeAnythingIsPrinted() throws IOException {
        Path run = folder.resolve("run.csv");
        Files.write(run, new byte[] {'m', 'o', 'd', 'e', 'l', '\n', (byte) 0xb0, (byte) 0xa1, '\n'});
        assertThat(forecast(2, "--import", run.toString())).contains("run.csv:2: is not UTF-8");
        String line = "deepseek,deepseek-v3.2,900000000000000,0\n";
        Files.writeString(run, "provider,model,input_tokens,output_tokens\n" + line.repeat(11_000));
        assertThat(forecast(2, "--import", run.toString()))
                .contains("run.csv:10250: with this line the tokens are more than can be counted")
                .doesNotContain("Imported run");
    }

    @Test
    void whatIsFreeInTheSettingsCostsNothing() throws IOException {
        Files.writeString(settings, "providers: {sandbox: {}}\n", java.nio.file.StandardOpenOption.APPEND);
        Path run = Files.writeString(folder.resolve("results.jsonl"), """
                {"provider":"sandbox","model":"sandbox","input_tokens":1000,"output_tokens":10}
                {"provider":"deepseek","model":"deepseek-v3.2","input_tokens":1000,"output_tokens":0}
                """);
        assertThat(forecast(0, "--import", run.toString())).contains("one run    $0.00027");
        Files.writeString(run, """
                {"provider":"sandbox","model":"sandbox","input_tokens":1000,"output_tokens":10}
                {"provider":"deepseek","model":"unheard-of","input_tokens":1000,"output_tokens":0}
                """);
        assertThat(forecast(2, "--import", run.toString())).contains("is not known: deepseek unheard-of; ");
    }

    @Test
    void optionsThatMeanNothingTogetherAreRefused() {
        assertThat(forecast(2, "--import", "examples/run.csv", "--by", "model")).contains("--by", "--import");
        assertThat(forecast(2, "--import", "examples/run.csv", "--runs", "3", "--business-days"))
                .contains("--business-days and --holidays go with --cron");
        assertThat(forecast(2, "--import", "examples/run.csv", "--business-days", "--holidays", "2026-12-25"))
                .contains("--business-days and --holidays go with --cron");
    }

    @Test
    void ourOwnResultsCanBePricedAnew() throws IOException {
        Path run = Files.writeString(
                folder.resolve("results.jsonl"),
                "{\"row\":1,\"provider\":\"deepseek\",\"model\":\"deepseek-v3.2\",\"input_tokens\":1000,\"cached_tokens\":0,"
                        + "\"output_tokens\":0,\"answer\":{\"usage\":{\"prompt_tokens\":1}}}\n"
                        + "{\"row\":2,\"status\":0,\"cost\":\"0\",\"provider\":\"\",\"model\":\"\",\"input_tokens\":0,"
                        + "\"cached_tokens\":0,\"output_tokens\":0,\"error\":\"is not JSON\"}\n");
        assertThat(forecast(0, "--import", run.toString()))
                .contains("1 row left out: nobody answered it")
                .contains("one run    $0.00027");
    }

    @Test
    void theLedgerSaysWhatIsSpentAndTheScheduleWhatIsLeft() throws IOException {
        Files.createDirectories(folder.resolve("jobs.d"));
        Files.writeString(folder.resolve("jobs.d/scout.yaml"), """
                name: scout
                schedule: {cron: "0 0 1 * *"}
                input: {jsonl: rows.jsonl}
                model: deepseek/deepseek-v3.2
                """);
        String yaml = "data: " + folder.resolve("data") + "\nlisten: {port: 0, loops: 1}\n"
                + "keys: [{name: shop, key: k, tenant: acme, team: search, user: kim, tier: free}]\ntiers: {free: {}}\n"
                + "jobs: {folder: " + folder.resolve("jobs.d") + "}\n"
                + "providers: {deepseek: {url: \"$UP/deepseek\", key: k}}\n";
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            settings = Files.writeString(folder.resolve("sluice.yaml"), yaml.replace("$UP", upstream.address()));
            upstream.on("deepseek", Answers.of("ok").tokens(1_000_000, 0, 0));
            try (InProcess gateway = InProcess.start(Files.readString(settings), Clocks.SYSTEM);
                    HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest call = HttpRequest.newBuilder(URI.create(gateway.address() + "/v1/chat/completions"))
                        .header("authorization", "Bearer k")
                        .header("x-sluice-job", "scout")
                        .header("x-sluice-run", "one")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                TestGateway.chatBody("deepseek/deepseek-v3.2", false)))
                        .build();
                assertThat(client.send(call, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }
        assertThat(forecast(0, "--by", "model"))
                .containsPattern("everything +0\\.27 +0\\.27 +not known yet +0 ")
                .containsPattern("job scout +0\\.27 +0\\.27 +0\\.27 to 0\\.27 +1 +0")
                .containsPattern("deepseek-v3\\.2 +0\\.27 ");
        Map.of("tenant", "acme", "team", "search", "user", "kim", "tier", "free", "key", "shop", "job", "scout")
                .forEach((scope, name) -> assertThat(forecast(0, "--by", scope))
                        .as(scope)
                        .containsPattern("\n" + name + " +0\\.27 +0\\.27 +not known yet"));
    }
}
