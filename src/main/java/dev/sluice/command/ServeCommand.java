package dev.sluice.command;

import dev.sluice.Machine;
import dev.sluice.Wiring;
import dev.sluice.config.Reloading;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsSource;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Start the gateway.",
            "",
            "Without a settings file it looks at the environment (DEEPSEEK_API_KEY, OPENROUTER_API_KEY, OLLAMA_API_KEY,",
            "OPENAI_API_KEY) and for a live Ollama or vLLM on their usual ports; with nothing found, the built-in sandbox",
            "answers. With a settings file nothing is guessed, and most changes of it hold within a second."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final Duration LOOK_ROUND = Duration.ofMillis(400);

    private static final Pattern OPTION = Pattern.compile("--(port|host|config|data)");
    private static final Pattern VALUE = Pattern.compile("[^-\"@'].*");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}|[1-5][0-9]{4}"); // The library takes the highest.

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            converter = PortOption.class,
            description = "Port; SLUICE_PORT; 11435. 0 takes any free one.")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--host", paramLabel = "A", description = "Address to listen on; SLUICE_HOST; 127.0.0.1.")
    private Optional<String> host = Optional.empty();

    /**
     * Reads an everyday command line without the library, whose loading takes a quarter of a start: the verb, then
     * options by their long names, each followed by its value. Anything else, a mistake or a call for help, is left to
     * the library.
     */
    static Optional<ServeCommand> plain(String... arguments) {
        if (arguments.length % 2 == 0 || !arguments[0].equals("serve")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            boolean first = values.putIfAbsent(arguments[i], arguments[i + 1]) == null;
            if (!first
                    || !OPTION.matcher(arguments[i]).matches()
                    || !VALUE.matcher(arguments[i + 1]).matches()) {
                return Optional.empty();
            }
        }
        Optional<String> port = Optional.ofNullable(values.get("--port"));
        return port.filter(text -> !NUMBER.matcher(text).matches()).isPresent()
                ? Optional.empty()
                : Optional.of(new ServeCommand(values));
    }

    ServeCommand() {}

    private ServeCommand(Map<String, String> values) {
        port = Optional.ofNullable(values.get("--port")).map(Integer::valueOf);
        host = Optional.ofNullable(values.get("--host"));
        options.config = Optional.ofNullable(values.get("--config")).map(Path::of);
        options.data = Optional.ofNullable(values.get("--data")).map(Path::of);
    }

    @Override
    public Integer call() throws Exception {
        Inquiry inquiry = new Inquiry(LOOK_ROUND);
        Environment environment = Environment.ofThisProcess();
        Settings settings = Starting.settings(options, port, host, environment, inquiry);
        Optional<SettingsSource> source = Starting.file(options, environment)
                .map(file ->
                        new SettingsSource(file, () -> Starting.settings(options, port, host, environment, inquiry)));
        LogSetup.accessLog(settings.accessLog());
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch stop = new CountDownLatch(1);
        AtomicBoolean clean = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            NextSignal.endsAtOnce(); // The ledger stands a kill at any moment.
            stop.countDown();
            awaitQuietly(closed);
            if (clean.get()) {
                Runtime.getRuntime().halt(0); // Otherwise a signal's number would be the answer to an orderly end.
            }
        }));
        try {
            serve(settings, source, JobService.of(settings, environment, Clocks.SYSTEM), inquiry, stop);
            clean.set(true);
        } finally {
            LogSetup.flush();
            closed.countDown();
        }
        return 0;
    }

    private static void serve(
            Settings settings,
            Optional<SettingsSource> source,
            Optional<JobService> jobs,
            Inquiry inquiry,
            CountDownLatch stop)
            throws IOException, InterruptedException {
        try (Wiring wiring = Wiring.start(settings, source, inquiry, App.version(), Machine.SYSTEM)) {
            if (jobs.isPresent()) {
                jobs.get().start(wiring.server());
            }
            wiring.watch().ifPresent(watch -> HangUp.does(() -> readAgain(watch)));
            greet(wiring);
            stop.await();
            jobs.ifPresent(JobService::stop); // Their calls under way are drained like all others.
        } finally {
            jobs.ifPresent(JobService::close);
        }
    }

    private static void readAgain(Reloading settings) {
        LOG.info(
                "SIGHUP: settings read again: {}",
                switch (settings.reload()) {
                    case Reloading.Outcome.Taken(List<String> changed, List<String> _) ->
                        changed.isEmpty() ? "nothing has changed" : String.join(", ", changed) + " changed";
                    case Reloading.Outcome.Refused(String why) -> "refused, " + why;
                });
    }

    private static void greet(Wiring wiring) {
        PrintStream people = System.err;
        wiring.findings().forEach(people::println);
        people.println(wiring.example());
        System.out.println(
                "sluice " + App.version() + " is ready at " + wiring.server().address());
        System.out.flush();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
