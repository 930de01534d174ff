package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SettingsFile;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that would cost money in silence are refused with file, line and what to write instead. */
class MoneySettingsTest {
    private static final Environment NOTHING = new Environment(Map.of());

    private static final String PROVIDERS = """
            providers:
              deepseek: {key: k}
            models: {fast: deepseek/deepseek-flash}
            """;

    @TempDir
    private Path folder;

    private static Settings read(String text) {
        return SettingsReader.read("my.yaml", SettingsFile.parse("my.yaml", text, NOTHING::get), NOTHING);
    }

    private static String free(String address, String more) {
        return "providers:\n  up: {kind: openai-compatible, url: '" + address + "'" + more + "}\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.mistral.ai/v1",
                "http://203.0.113.7:8000/v1",
                "https://[2001:db8::1]/v1",
                "http://172.32.0.1/v1"
            })
    void aServerInTheWorldMustSayWhetherItCosts(String address) {
        assertThatThrownBy(() -> read(free(address, "")))
                .hasMessageContaining("my.yaml:2: providers.up: stands at ")
                .hasMessageContaining("write 'free: false' and its prices into a file under 'prices', or 'free: true'");
        assertThat(read(free(address, ", free: false"))
                        .offer()
                        .providers()
                        .getFirst()
                        .free())
                .isFalse();
        assertThat(read(free(address, ", free: true"))
                        .offer()
                        .providers()
                        .getFirst()
                        .free())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8000/v1", "http://localhost:8000/v1", "http://gpu:8000/v1", "http://192.168.0.7/v1",
                "http://10.1.2.3/v1", "http://172.16.0.1/v1", "http://100.64.0.9/v1", "http://[::1]:8000/v1",
                "http://[fd00::7]/v1", "http://GPU.local/v1", "http://vllm.models.svc.cluster.local/v1"
            })
    void aServerOfTheHouseIsFree(String address) {
        assertThat(read(free(address, "")).offer().providers().getFirst().free())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            provider/deepsek | there is no provider 'deepsek' under 'providers'; did you mean 'deepseek'?
            model/fast       | a budget counts models by their names at the providers: for 'fast' write model/deepseek-flash
            """)
    void aBudgetThatNoCallCouldEverMeetIsRefused(String scope, String reason) {
        assertThatThrownBy(() -> read(PROVIDERS + "budgets:\n  - {scope: " + scope + ", amount: 1, period: day}\n"))
                .hasMessage("my.yaml:5: budgets[0].scope: " + reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider/deepseek", "provider/*", "model/deepseek-flash", "model/*", "model/of-tomorrow"})
    void aBudgetOfWhatIsThereIsTaken(String scope) {
        assertThatCode(() -> read(PROVIDERS + "budgets:\n  - {scope: " + scope + ", amount: 1, period: day}\n"))
                .doesNotThrowAnyException();
    }

    @Test
    void aLeastOutputThatNoCapIsAboveIsRefused() {
        assertThatThrownBy(() -> read("spending: {least-output: 9000, usual-output: 100}\n"))
                .hasMessageContaining("my.yaml:1: spending.least-output: is more than usual-output (100)");
        assertThatCode(() -> read("spending: {usual-output: 100}\n")).doesNotThrowAnyException();
    }

    @Test
    void aDayOfATierThatIsMoreThanItsMonthIsRefused() {
        assertThatThrownBy(() -> read("tiers:\n  t: {budget-per-day: 5, budget-per-month: 1}\n"))
                .hasMessage(
                        "my.yaml:2: tiers.t.budget-per-day: is more than budget-per-month, so it could never be spent");
    }

    @ParameterizedTest
    @CsvSource({"day, week", "day, month", "day, total", "week, total", "month, total"})
    void aBudgetOfAShortTimeThatIsMoreThanThatOfALongOneIsRefused(String inner, String outer) {
        String small = "  - {scope: tenant/acme, amount: 50, period: " + outer + "}\n";
        String large = "  - {scope: tenant/acme, amount: 100, period: " + inner + "}\n";
        for (String budgets : new String[] {small + large, large + small}) {
            assertThatThrownBy(() -> read("budgets:\n" + budgets))
                    .hasMessage("my.yaml:3: budgets[1].amount: tenant/acme may take $100 in a " + inner
                            + " and only $50 " + (outer.equals("total") ? "in all" : "in a " + outer)
                            + ", so the $100 could never be spent");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{scope: gateway, amount: 100, period: week}, {scope: gateway, amount: 50, period: month}",
                "{scope: gateway, amount: 100, period: day}, {scope: gateway, amount: 50, period: month, limit: soft}",
                "{scope: gateway, amount: 100, period: day}, {scope: user/kim, amount: 50, period: month}",
                "{scope: gateway, amount: 50, period: day}, {scope: gateway, amount: 50, period: month}"
            })
    void budgetsThatCanBothBindAreTaken(String budgets) {
        assertThatCode(() -> read("budgets: [" + budgets + "]")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "deepseek/deepseek-flash"})
    void aTierOfLocalRoutesIsNotSentToTheCloudInstead(String instead) {
        assertThatThrownBy(() -> read(PROVIDERS + "tiers:\n  free: {routes: local, instead: " + instead + "}\n"))
                .hasMessage("my.yaml:5: tiers.free.instead: no server of your own answers '" + instead
                        + "', and this tier may ask no other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixed", "ollama/m", "whatever-ollama-has"})
    void aTierOfLocalRoutesIsSentHomeInstead(String instead) {
        assertThatCode(() -> read("providers: {deepseek: {key: k}, ollama: {}}\n"
                        + "models: {mixed: [deepseek/deepseek-flash, ollama/m]}\n"
                        + "tiers: {free: {routes: local, instead: " + instead + "}}\n"))
                .doesNotThrowAnyException();
    }

    @Test
    void oneKeyForTwoPayersIsRefused() {
        assertThatThrownBy(
                        () -> read("keys:\n  - {name: a, key: secret-of-both}\n  - {name: b, key: secret-of-both}\n"))
                .hasMessageContaining("my.yaml:3: keys[1]: has the same key as 'a'")
                .hasMessageNotContaining("secret-of-both");
    }

    private record Told(int code, String words) {}

    private static Told say(String... words) {
        StringWriter told = new StringWriter();
        PrintWriter out = new PrintWriter(told, true);
        return new Told(App.commandLine().setOut(out).setErr(out).execute(words), told.toString());
    }

    @Test
    void aPriceFileThatIsNotThereIsNamedWithItsSetting() throws IOException {
        Path settings =
                Files.writeString(folder.resolve("s.yaml"), "drain: 1s\nprices: " + folder.resolve("none.csv") + "\n");
        Told told = say("check", "--config", settings.toString());
        assertThat(told.words()).contains(settings + ":2: prices: there is no file " + folder.resolve("none.csv"));
        assertThat(told.code()).isEqualTo(2);
    }

    @Test
    void aFolderInPlaceOfAPriceFileIsRefused() throws IOException {
        Path settings = Files.writeString(folder.resolve("s.yaml"), "drain: 1s\nprices: " + folder + "\n");
        Told told = say("check", "--config", settings.toString());
        assertThat(told.words()).contains(settings + ":2: prices: " + folder + " is a folder, not a price file");
        assertThat(told.code()).isEqualTo(2);
    }

    private Told checkedWithAPriceOf(String row, String providers) throws IOException {
        Path prices = Files.writeString(folder.resolve("p.csv"), "provider,model,input,output\n" + row + "\n");
        return say(
                "check",
                "--config",
                Files.writeString(folder.resolve("s.yaml"), "prices: " + prices + "\nproviders:\n  " + providers + "\n")
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            up,large,1,2   | up: {kind: openai-compatible, url: 'https://api.mistral.ai/v1', free: true}
            up,large,0,2   | up: {kind: openai-compatible, url: 'http://gpu:8000/v1'}
            vllm,large,1,2 | vllm: {}
            """)
    void aPriceOfAProviderThatIsFreeIsRefusedBecauseItWouldNeverBeCharged(String row, String providers)
            throws IOException {
        String name = row.substring(0, row.indexOf(','));
        Told told = checkedWithAPriceOf(row, providers);
        assertThat(told.words())
                .contains(folder.resolve("p.csv") + " line 2: by the settings '" + name
                        + "' is free, so this price would never be charged: write 'free: false' under 'providers."
                        + name
                        + "' and a row of 0 for each of its models that costs nothing, or take this row out");
        assertThat(told.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            up,large,1,2             | up: {kind: openai-compatible, url: 'http://gpu:8000/v1', free: false}
            up,large,0,0             | up: {kind: openai-compatible, url: 'http://gpu:8000/v1', free: true}
            deepseek,of-tomorrow,1,2 | mine: {kind: deepseek, key: k, url: 'http://gpu:8000/v1', free: true}
            """)
    void aPriceThatCanBeChargedOrIsNothingIsTaken(String row, String providers) throws IOException {
        assertThat(checkedWithAPriceOf(row, providers))
                .satisfies(told -> assertThat(told.code()).as(told.words()).isZero());
    }

    @Test
    void aJobOfTheSettingsIsCheckedWithThem() throws IOException {
        Path job = Files.writeString(
                folder.resolve("j.yaml"), "name: j\nmodel: m\ninput: {jsonl: in.jsonl}\nbudget: {run: -1}\n");
        Path settings = Files.writeString(folder.resolve("s.yaml"), "jobs: {files: [" + job + "]}\n");
        Told told = say("check", "--config", settings.toString());
        assertThat(told.words()).contains("j.yaml:4: budget.run: must be US dollars");
        assertThat(told.code()).isEqualTo(2);
    }

    @Test
    void whatCannotWorkAsItIsMeantIsNamedByTheCheck() throws IOException {
        Path prices = Files.writeString(folder.resolve("p.csv"), "provider,model,input,output\nacme,m,1,2\n");
        Path settings = Files.writeString(
                folder.resolve("s.yaml"),
                "data: " + folder.resolve("data") + "\n" + """
                listen: {host: 0.0.0.0}
                admin: {key: short}
                backend-mode: vllm
                providers: {deepseek: {key: k}}
                keys:
                  - {name: old, key: long-enough-for-anybody, expires: 2020-01-01}
                  - {name: app, key: k2}
                prices: $PRICES
                """.replace("$PRICES", prices.toString()));
        Told told = say("check", "--config", settings.toString());
        assertThat(told.code()).as(told.words()).isZero();
        assertThat(told.words())
                .contains("The key 'old' is over since 2020-01-01T00:00:00Z: it opens nothing.")
                .contains("The key 'app' has fewer than 16 characters, and others can try keys at 0.0.0.0.")
                .contains("admin.key has fewer than 16 characters")
                .contains("Backend mode is vllm, and there is no provider of the kind vllm")
                .contains("Prices of 'acme' in " + prices + " are never charged: there is no such provider here.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keys: [{name: a, key: schlüssel-für-alle}]            | keys[0].key: has characters that no header can carry; use letters, digits and marks of ASCII
            admin: {key: ключ}                                    | admin.key: has characters that no header can carry; use letters, digits and marks of ASCII
            tiers: {t: {concurrency: 0}}                          | tiers.t.concurrency: would let no call begin: write calls-per-day: 0 where that is meant, or leave it out
            budgets: [{scope: job/ночь, amount: 1, period: day}]  | budgets[0].scope: no call can name the job 'ночь', for a header has only ASCII
            """)
    void whatNoCallCanEverMeetIsRefusedWithItsPlace(String yaml, String reason) {
        assertThatThrownBy(() -> read(yaml)).hasMessage("my.yaml:1: " + reason);
    }

    @Test
    void aFileOfAJobThatIsNotThereIsNamedWithItsSetting() throws IOException {
        Path settings = Files.writeString(folder.resolve("s.yaml"), "drain: 1s\njobs: {files: [none.yaml]}\n");
        Told told = say("check", "--config", settings.toString());
        assertThat(told.words())
                .contains(settings + ":2: jobs.files: there is no file "
                        + Path.of("none.yaml").toAbsolutePath());
        assertThat(told.code()).isEqualTo(2);
    }

    @Test
    void aPriceWithoutASourceIsShownWithoutOne() throws IOException {
        Told told = checkedWithAPriceOf(
                "deepseek,of-tomorrow,1,2", "deepseek: {key: k}\nmodels: {m: deepseek/of-tomorrow}");
        assertThat(told.words())
                .contains("deepseek/of-tomorrow")
                .doesNotContain("1970")
                .doesNotContain("(,");
    }

    @Test
    void aBudgetThatNoKeyCanMeetIsNamed() throws IOException {
        Path settings = Files.writeString(folder.resolve("s.yaml"), "data: " + folder.resolve("data") + "\n" + """
                providers: {deepseek: {key: k}}
                keys:
                  - {name: shop, key: k1, tenant: acme, team: search, user: kim}
                  - {name: app, key: k2, tenant: beta, end-users: true}
                budgets:
                  - {scope: tenant/acmee, amount: 1, period: day}
                  - {scope: user/kim, amount: 1, period: day}
                  - {scope: key/nokey, amount: 1, period: day}
                  - {scope: tenant/acme, amount: 1, period: day}
                  - {scope: team/acme/search, amount: 1, period: day}
                  - {scope: user/acme/kim, amount: 1, period: day}
                  - {scope: user/beta/anybody, amount: 1, period: day}
                  - {scope: "key/*", amount: 1, period: day}
                  - {scope: model/deepsek-flash, amount: 1, period: day}
                  - {scope: model/deepseek-flash, amount: 1, period: day}
                """);
        Told told = say("check", "--config", settings.toString());
        assertThat(told.code()).isZero();
        assertThat(told.words())
                .contains("No call of any key here can meet the budget of tenant/acmee; did you mean tenant/acme?")
                .contains("No call of any key here can meet the budget of user/kim; did you mean user/acme/kim?")
                .contains("No call of any key here can meet the budget of key/nokey.");
        assertThat(told.words().split("No call of any key", -1)).hasSize(4);
        assertThat(told.words().split("Nobody here is known", -1)).hasSize(2);
        assertThat(told.words())
                .contains("to have the model of the budget of model/deepsek-flash; did you mean model/deepseek-flash?");
    }

    @Test
    void aFileOfTheSettingsThatIsNotThereIsToldInPlainWords() throws IOException {
        Path none = folder.resolve("none");
        assertThat(say("check", "--config", none.toString()).words())
                .isEqualToIgnoringNewLines("sluice: " + none + ": there is no such file");
        Path settings = Files.writeString(folder.resolve("s.yaml"), "jobs: {folder: " + none + "}\n");
        assertThat(say("check", "--config", settings.toString()).words())
                .contains("sluice: " + settings + ":1: jobs.folder: there is no folder " + none)
                .doesNotContain("java.", "are good");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            forecast --by week                                                | --by must be one of provider, model, job, agent, tenant, team, user, key, tier, caller, not 'week'
            forecast --import examples/run.csv --cron 0_0_30_2_*              | '0 0 30 2 *' never fires within five years
            forecast --import examples/run.csv --runs 3 --month 2026-13       | --month must be a month such as 2026-10, not '2026-13'
            forecast --import examples/run.csv --runs 3 --holidays 25.12.2026 | must be a day such as 2026-11-01, not '25.12.2026'
            reconcile openrouter --from 1.11.2026                             | must be a day such as 2026-11-01, not '1.11.2026'
            billing export --from -999999999-01-01 --to 2026-12-01           | must lie between 2000 and 2200, not be -999999999-01-01
            billing export --from 2026-11-31 --to 2026-12-01                  | must be a day such as 2026-11-01, not '2026-11-31'
            """)
    void aWrongTimeIsToldInPlainWords(String command, String reason) {
        String[] words = command.strip().split(" ");
        for (int word = 0; word < words.length; word++) {
            words[word] = words[word].replace('_', ' ');
        }
        Told told = say(words);
        assertThat(told.words()).contains(reason).doesNotContain("java.");
        assertThat(told.code()).isEqualTo(2);
    }
}
