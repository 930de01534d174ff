package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandTest {
    @TempDir
    private Path folder;

    private Path settings = Path.of("");
    private final StringWriter told = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        settings = folder.resolve("sluice.yaml");
        write("");
    }

    private void write(String more) throws IOException {
        Files.writeString(settings, "data: " + folder.resolve("data") + "\nproviders: {sandbox: {}}\n" + more);
    }

    private int run(String... words) {
        told.getBuffer().setLength(0);
        String[] all = new String[words.length + 2];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--config";
        all[words.length + 1] = settings.toString();
        PrintWriter out = new PrintWriter(told, true);
        return App.commandLine().setOut(out).setErr(out).execute(all);
    }

    private String found(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(told.toString());
        assertThat(matcher.find()).as("%s in %s", pattern, told).isTrue();
        return matcher.group();
    }

    @Test
    void makesListsRenewsAndEndsKeys() {
        assertThat(run(
                        "key",
                        "create",
                        "--name",
                        "app",
                        "--tenant",
                        "acme",
                        "--model",
                        "a*",
                        "--model",
                        "b",
                        "--expires",
                        "90d"))
                .isZero();
        String secret = found("sk-sluice-[\\w-]{43}");
        String id = found("key_[0-9a-f]{24}");
        assertThat(run("key", "list")).isZero();
        assertThat(told.toString()).contains(id, "app", "acme", "live", "a* b").doesNotContain(secret);
        assertThat(run("key", "rotate", id, "--overlap", "1h")).isZero();
        assertThat(found("sk-sluice-[\\w-]{43}")).isNotEqualTo(secret);
        assertThat(run("key", "revoke", id)).isZero();
        run("key", "list");
        assertThat(told.toString()).contains("revoked");
        assertThat(run("key", "rotate", id)).isEqualTo(2);
        assertThat(told.toString()).contains("there is no live key");
    }

    @Test
    void aMistakeIsToldWithItsReason() {
        assertThat(run("key", "create", "--name", "app", "--expires", "soon")).isEqualTo(2);
        assertThat(told.toString()).contains("'soon' is not a duration; write such as 90d");
        assertThat(run("key", "create", "--name", "a\nb")).isEqualTo(2);
        assertThat(run("key", "revoke", "key_0")).isNotZero();
        assertThat(run("key")).isEqualTo(2);
    }

    @Test
    void keysThatWereMadeOpenTheDoorToOthersAndNothingElseDoes() throws IOException {
        write("listen: {host: 0.0.0.0, port: 0}\n");
        assertThat(run("check")).isEqualTo(2);
        assertThat(told.toString()).contains("clients need keys", "sluice key create");
        assertThat(run("key", "create", "--name", "app")).isZero();
        assertThat(run("check")).isZero();
        write("listen: {host: 0.0.0.0, port: 0}\nadmin: {host: 0.0.0.0, port: 0}\n");
        assertThat(run("check")).isEqualTo(2);
        assertThat(told.toString()).contains("set 'admin.key'");
        assertThat(run("key", "create", "--name", "boss", "--admin")).isZero();
        assertThat(run("check")).isZero();
    }

    @Test
    void aTierThatIsNotSetUpIsRefusedBeforeAKeyIsMade() throws IOException {
        write("tiers: {premium: {routes: hybrid}}\n");
        assertThat(run("key", "create", "--name", "app", "--tier", "premum")).isEqualTo(2);
        assertThat(told.toString()).contains("there is no tier 'premum' under 'tiers'; did you mean 'premium'?");
        assertThat(run("key", "create", "--name", "app", "--tier", "premium")).isZero();
    }
}
