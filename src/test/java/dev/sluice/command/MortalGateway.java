package dev.sluice.command;

import dev.sluice.Machine;
import dev.sluice.Wiring;
import dev.sluice.config.SettingsFile;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.Environment;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsReader;
import dev.sluice.store.journal.DeadlyDisk;
import dev.sluice.time.Clocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The whole program on a disk at which it dies, in a process of its own. */
final class MortalGateway {
    private MortalGateway() {}

    /** @param arguments a settings file, a moment of {@link DeadlyDisk} and its number */
    public static void main(String[] arguments) throws Exception {
        LogSetup.apply();
        Environment nothing = new Environment(Map.of());
        Path file = Path.of(arguments[0]);
        Settings settings =
                SettingsReader.read(file.toString(), SettingsFile.read(file, _ -> Optional.empty()), nothing);
        DeadlyDisk disk = new DeadlyDisk(DeadlyDisk.Moment.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
        Wiring wiring = Wiring.start(
                settings,
                Optional.empty(),
                new Inquiry(Duration.ofSeconds(1)),
                "test",
                new Machine(Clocks.SYSTEM, disk::open));
        System.out.println("sluice is ready at " + wiring.server().address());
        Thread.currentThread().join();
    }
}
