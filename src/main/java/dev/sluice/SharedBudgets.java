package dev.sluice;

import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.PoolLink;
import dev.sluice.ledger.budget.PoolState;
import dev.sluice.ledger.budget.PoolUnreachableException;
import dev.sluice.metric.Meters;
import dev.sluice.settings.SharedSettings;
import dev.sluice.store.DataFolder;
import dev.sluice.store.redis.RedisPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/** Begins to share budgets with other gateways, and says how that goes. */
public final class SharedBudgets {
    /** In the data folder. */
    private static final String GATEWAY = "gateway.id";

    /** For one answer, and for making a connection: several times what a server far away takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private SharedBudgets() {}

    /**
     * Begins to keep them in step with the other gateways; waits for nobody.
     *
     * @throws IOException where this gateway's own name cannot be kept
     */
    static PoolLink start(SharedSettings config, Path data, Budgets budgets, InstantSource clock, Alarm alarm)
            throws IOException {
        String gateway = config.gateway().isPresent() ? config.gateway().get() : ownName(data);
        RedisPool pool = new RedisPool(config.redis(), config.name(), gateway, PATIENCE);
        return PoolLink.start(budgets, pool, clock, alarm);
    }

    private static String ownName(Path data) throws IOException {
        Path file = data.resolve(GATEWAY);
        try {
            if (!Files.exists(file)) {
                DataFolder.replace(file, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
            }
            String name = Files.readString(file).strip();
            if (!SharedSettings.isName(name)) {
                throw new IOException(file + " does not hold the name of a gateway; take it out where this gateway has"
                        + " leased nothing, or set shared.gateway");
            }
            return name;
        } catch (IOException failed) {
            throw new IOException(
                    "this gateway's name among others is not to be had: " + DataFolder.why(failed), failed);
        }
    }

    /** Whether the server can be asked, in words for people. */
    public static String look(SharedSettings config) {
        try {
            RedisPool.check(config.redis(), PATIENCE);
            return "it answers";
        } catch (PoolUnreachableException failed) {
            return "it cannot be reached now (" + failed.getMessage() + "), and until it can, hard limits would refuse";
        }
    }

    static void gauges(Meters meters, Budgets budgets) {
        gauge(
                meters,
                budgets,
                "reachable",
                "1 while the store of shared budgets answers.",
                state -> state.reachable() ? 1 : 0);
        gauge(meters, budgets, "waiting", "Calls that wait for a lease of a shared budget.", PoolState::waiting);
        gauge(meters, budgets, "losses", "How often the store of shared budgets was lost.", PoolState::losses);
    }

    private static void gauge(
            Meters meters, Budgets budgets, String name, String help, ToDoubleFunction<PoolState> value) {
        meters.gauge(
                "sluice_shared_store_" + name,
                help,
                () -> budgets.pool().map(value::applyAsDouble).orElse(0.0));
    }
}
