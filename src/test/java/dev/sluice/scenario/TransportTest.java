package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.http.server.Transport;
import dev.sluice.testing.Answers;
import dev.sluice.testing.ChildProgram;
import dev.sluice.testing.RawClient;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same gateway, whichever way it talks to the kernel. */
class TransportTest {
    private static final String PROVIDERS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k1}
            models:
              m: deepseek/deepseek-flash
            """;

    /** As on a machine that forbids its native code. */
    private static final String NO_NATIVE = "-Dio.netty.transport.noNative=true";

    @AutoClose
    private final ScriptedUpstream upstream =
            new ScriptedUpstream().charging("deepseek/deepseek-flash", "0.15", "0.003", "0.60");

    @ParameterizedTest
    @ValueSource(strings = {"auto", "io_uring", "epoll", "nio"})
    void callsAreAnsweredAndHangUpsNoticedOnEach(String word) throws Exception {
        assumeThat(isHere(word)).as(word + " can be had on this machine").isTrue();
        upstream.on("deepseek", visit -> {
            visit.begin(200, Answers.contentType(visit.request()));
            for (String frame :
                    Answers.of("first ", "second").frames(visit.request()).subList(0, 2)) {
                visit.send(frame);
            }
            visit.sawHangUp(Duration.ofSeconds(30));
        });
        String listen = "listen: {port: 0, loops: 2, transport: " + word + "}\n";
        try (TestGateway gateway =
                TestGateway.start(upstream, listen + PROVIDERS).withoutSums()) {
            try (RawClient client = gateway.connect()) {
                client.post("/v1/chat/completions", TestGateway.chatBody("m", true))
                        .readUntil("first");
            }
            TestGateway.await("the provider hears that the client left", () -> gateway.running() == 0);

            upstream.on("deepseek", Answers.of("first ", "second"));
            assertThat(gateway.chat("m").body()).contains("first second");
            assertThat(gateway.stream("m").body()).contains("second").endsWith("data: [DONE]\n\n");
        }
    }

    private static boolean isHere(String word) {
        return switch (Transport.of(word)) {
            case AUTO, NIO -> true;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
        };
    }

    @Test
    void whatTheMachineForbidsIsPassedOverUnlessItIsAskedForByName(@TempDir Path folder) throws Exception {
        try (ChildProgram any = start(folder, "auto")) {
            TestGateway.await("it serves", () -> out(any).contains("is ready at "));
        }
        try (ChildProgram named = start(folder, "io_uring")) {
            assertThat(named.exit()).isNotZero();
            assertThat(named.err())
                    .contains("listen.transport: io_uring cannot be had here", "auto takes what can")
                    .doesNotContain("\tat ");
        }
    }

    private static String out(ChildProgram program) {
        try {
            return program.out();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ChildProgram start(Path folder, String word) throws IOException {
        Path file = Files.writeString(
                folder.resolve(word + ".yaml"),
                TestGateway.settings(
                        upstream,
                        "listen: {port: 0, loops: 1, transport: " + word + "}\n" + PROVIDERS,
                        folder.resolve(word)));
        return ChildProgram.start(folder, List.of(NO_NATIVE), "serve", "--config", file.toString());
    }
}
