package dev.sluice.settings;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.price.PriceFile;
import dev.sluice.pipeline.money.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The prices by which calls are booked: those that are shipped, and the user's own list over them. */
public final class PriceSettings {
    private PriceSettings() {}

    /**
     * Reads the list anew each time.
     *
     * @throws SettingsException where the user's own list cannot be read, is wrong, or has prices that this offer never
     *     charges
     */
    public static PriceBook book(Optional<Path> own, Settings.Offer offer) {
        PriceBook shipped = PriceBook.shipped();
        try {
            return own.isPresent()
                    ? shipped.overriddenBy(PriceFile.read(own.get(), Prices.freeSellers(offer.providers())))
                    : shipped;
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        } catch (IOException unreadable) {
            throw new SettingsException(
                    "prices: " + own.orElseThrow() + " cannot be read (" + unreadable.getMessage() + ")");
        }
    }
}
