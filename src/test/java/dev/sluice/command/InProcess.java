package dev.sluice.command;

import dev.sluice.Machine;
import dev.sluice.Wiring;
import dev.sluice.config.SettingsFile;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.SettingsSource;
import dev.sluice.store.journal.JournaledLedger;
import dev.sluice.store.journal.TestDisk;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The whole program in this process, for tests in other rooms. */
public final class InProcess implements AutoCloseable {
    private final Wiring wiring;

    private InProcess(Wiring wiring) {
        this.wiring = wiring;
    }

    /** @param yaml a settings file's text */
    public static InProcess start(String yaml, Clocks clocks) throws IOException {
        return start(yaml, new Machine(clocks, JournaledLedger::open));
    }

    /** On a disk that does what the test wants. */
    public static InProcess start(String yaml, Clocks clocks, TestDisk disk) throws IOException {
        return start(yaml, new Machine(clocks, disk::open));
    }

    private static InProcess start(String yaml, Machine machine) throws IOException {
        Settings settings = SettingsReader.read(
                "test", SettingsFile.parse("test", yaml, _ -> Optional.empty()), new Environment(Map.of()));
        return new InProcess(
                Wiring.start(settings, Optional.empty(), new Inquiry(Duration.ofSeconds(2)), "test", machine));
    }

    /** With settings in a file, which may change while it runs. */
    public static InProcess watching(Path file, Clocks clocks) throws IOException {
        Environment nothing = new Environment(Map.of());
        App.SettingsOptions options = new App.SettingsOptions();
        options.config = Optional.of(file);
        Inquiry inquiry = new Inquiry(Duration.ofSeconds(2));
        Supplier<Settings> read =
                () -> Starting.settings(options, Optional.empty(), Optional.empty(), nothing, inquiry);
        SettingsSource source = new SettingsSource(file, read);
        return new InProcess(Wiring.start(
                read.get(), Optional.of(source), inquiry, "test", new Machine(clocks, JournaledLedger::open)));
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

    /** What the start tells people to try. */
    public String example() {
        return wiring.example();
    }

    /** Looks now at what is in doubt. */
    public int resolveDoubts() {
        return wiring.resolveDoubts();
    }

    public int running() {
        return wiring.gateway().running();
    }

    @Override
    public void close() throws IOException {
        wiring.close();
    }
}
