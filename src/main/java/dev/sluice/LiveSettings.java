package dev.sluice;

import dev.sluice.account.Accounts;
import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.money.Treasury;
import dev.sluice.settings.KeySettings;
import dev.sluice.settings.ModelMaps;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SpendingSettings;
import java.io.IOException;
import java.util.Optional;

/**
 * The settings that hold now, and how others come to hold while calls run. A call that has begun ends as it began: with
 * the prices of its attempts' intents, what it holds in the limits, and the way it was sent. Used by one thread at a time;
 * blocks.
 */
final class LiveSettings {
    private final Gateway gateway;
    private final Accounts accounts;
    private final ModelMaps maps;
    private final Optional<Memory> memory;
    private final Ledger ledger;
    private Settings now;
    private PriceBook prices;

    /** @param memory empty where nothing is booked, so that there can be no limits */
    LiveSettings(
            Settings now,
            PriceBook prices,
            Gateway gateway,
            Accounts accounts,
            ModelMaps maps,
            Optional<Memory> memory) {
        this.now = now;
        this.prices = prices;
        this.gateway = gateway;
        this.accounts = accounts;
        this.maps = maps;
        this.memory = memory;
        this.ledger = gateway.parts().ledger();
    }

    Settings now() {
        return now;
    }

    PriceBook prices() {
        return prices;
    }

    /**
     * Lets all of it hold, or none.
     *
     * @throws SettingsException where it cannot hold while calls run
     * @throws IOException where the ledger does not tell what new limits must know; another time it may
     */
    void use(Settings next, PriceBook book) throws IOException {
        SpendingSettings spending = next.spending();
        boolean otherLimits = !spending.limits().equals(now.spending().limits());
        if (otherLimits && memory.isEmpty()) {
            throw new SettingsException("budgets and tiers need a ledger, and booking is off until the next start");
        }
        accounts.checkLeft(next.keys());
        Treasury treasury = gateway.parts().treasury();
        if (otherLimits) {
            memory.get().introduce(treasury.budgets(), spending.limits(), ledger);
        }
        treasury.use(spending.rules(), spending.tiers());
        gateway.parts().prices().use(book);
        KeySettings.use(accounts, next);
        maps.use(next.offer(), book.rows(), gateway);
        if (next.offer().mode() != now.offer().mode()) {
            gateway.switchTo(next.offer().mode());
        }
        now = next;
        prices = book;
    }
}
