package dev.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandLineTest {
    private static final Pattern COMMAND = Pattern.compile("\\./sluice ([a-z][^`#|(\\n]*)");

    private static final Pattern BLANKS_OUTSIDE_QUOTES = Pattern.compile("\\s+(?=([^']*'[^']*')*[^']*$)");

    /** Every command line that the docs show. */
    static List<String> shown() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            List<Path> pages = Stream.concat(
                            Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")),
                            docs.filter(page -> page.toString().endsWith(".md")))
                    .toList();
            for (Path page : pages) {
                Matcher command = COMMAND.matcher(Files.readString(page));
                while (command.find()) {
                    commands.add(command.group(1).strip().replaceAll("\\s{2,}.*", ""));
                }
            }
        }
        assertThat(commands).isNotEmpty();
        return commands.stream().distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void everyCommandThatTheDocsShowIsUnderstood(String command) {
        App.commandLine().parseArgs(BLANKS_OUTSIDE_QUOTES.splitAsStream(command).toArray(String[]::new));
    }

    @Test
    void aWrongWordForTheReportIsAnsweredWithTheRightOnes() {
        StringWriter told = new StringWriter();

        int code = App.commandLine().setErr(new PrintWriter(told, true)).execute("report", "--by", "hour");

        assertThat(code).isEqualTo(2);
        assertThat(told.toString()).contains("'by' must be one of day, week, month, provider, model, job, run");
    }

    @Test
    void aSecondGatewayOnTheSameDataIsToldWhoHasIt(@TempDir Path data) throws IOException {
        String settings = "listen: {port: 0}\nproviders: {sandbox: {}}\ndata: " + data + "\n";
        try (InProcess first = InProcess.start(settings, Clocks.SYSTEM)) {
            assertThat(first.running()).isZero();
            assertThatThrownBy(() -> InProcess.start(settings, Clocks.SYSTEM))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another gateway")
                    .hasMessageContaining(data.toString());
        }
    }
}
