package dev.sluice.command;

import dev.sluice.Wiring;
import dev.sluice.config.Secret;
import dev.sluice.config.SettingsException;
import dev.sluice.job.run.JobRunner;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Settings;
import dev.sluice.store.FolderInUseException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The gateway that a verb's calls go to: one that was named, one that runs already, or one of our own for as long. */
record GatewayLink(JobRunner.Asked asked, Optional<Wiring> own, String words) implements Closeable {
    private static final Duration LOOK = Duration.ofSeconds(2);

    /**
     * Finds or starts it.
     *
     * @param named on the command line
     * @param key on the command line or in the environment
     */
    static GatewayLink open(Settings settings, Inquiry inquiry, Optional<URI> named, Optional<Secret> key)
            throws IOException, InterruptedException {
        Optional<Secret> shown = key.or(() -> settings.jobs().key());
        if (named.isPresent()) {
            return new GatewayLink(new JobRunner.Asked(named.get(), shown), Optional.empty(), "through " + named.get());
        }
        if (!settings.keys().isEmpty() && shown.isEmpty()) {
            throw new SettingsException(
                    "the settings have keys, so the job needs one: --key, SLUICE_KEY, or jobs.key in the settings");
        }
        Settings.Listening listening = settings.listening();
        URI usual = URI.create(
                "http://" + (isAnywhere(listening.host()) ? "127.0.0.1" : listening.host()) + ":" + listening.port());
        if (listening.port() != 0 && isGateway(usual)) {
            return new GatewayLink(
                    new JobRunner.Asked(usual, shown), Optional.empty(), "through the gateway that runs at " + usual);
        }
        Settings.Listening loopback =
                new Settings.Listening("127.0.0.1", 0, List.of(), listening.loops(), listening.transport());
        Wiring wiring = own(settings.with(loopback, settings.data()), inquiry);
        return new GatewayLink(
                new JobRunner.Asked(JobService.address(wiring.server()), shown),
                Optional.of(wiring),
                "through a gateway of its own" + (listening.port() == 0 ? "" : ", because none runs at " + usual));
    }

    private static Wiring own(Settings settings, Inquiry inquiry) throws IOException {
        try {
            return Wiring.start(settings, inquiry, App.version());
        } catch (FolderInUseException running) {
            // It listens elsewhere than these settings say: started with --port, most likely.
            throw new IOException(running.getMessage() + "; name its address with --gateway", running);
        }
    }

    private static boolean isAnywhere(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    private static boolean isGateway(URI address) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LOOK).build()) {
            HttpRequest question = HttpRequest.newBuilder(address.resolve("/health"))
                    .timeout(LOOK)
                    .build();
            String answer =
                    client.send(question, HttpResponse.BodyHandlers.ofString()).body();
            return answer.contains("\"backend_mode\"");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (own.isPresent()) {
            own.get().close();
        }
    }
}
