package dev.sluice;

import dev.sluice.config.SettingsFile;
import dev.sluice.provider.Inquiry;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole program in this process, for tests in other rooms. */
public final class InProcess implements AutoCloseable {
    private final Wiring wiring;

    private InProcess(Wiring wiring) {
        this.wiring = wiring;
    }

    /** @param yaml a settings file's text */
    public static InProcess start(String yaml, Clocks clocks) throws IOException {
        Settings settings = SettingsReader.read(
                "test", SettingsFile.parse("test", yaml, _ -> Optional.empty()), new Environment(Map.of()));
        return new InProcess(Wiring.start(settings, new Inquiry(Duration.ofSeconds(2)), "test", clocks));
    }

    public String address() {
        return wiring.server().address();
    }

    /** Where administrators are let in. */
    public String administration() {
        return wiring.server().administration();
    }

    /** Every route, such as {@code GET /stats}. */
    public List<String> routes() {
        return wiring.server().routes();
    }

    public int port() {
        return wiring.server().port();
    }

    /** What the start says about the providers. */
    public List<String> findings() {
        return wiring.findings();
    }

    public int running() {
        return wiring.gateway().running();
    }

    @Override
    public void close() throws IOException {
        wiring.close();
    }
}
