package dev.sluice.settings;

import dev.sluice.billing.BillingConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import java.net.URI;
import java.util.Locale;

/** The settings that say to which biller usage is sent, and in what unit. */
final class BillingSettings {
    private BillingSettings() {}

    static BillingConfig read(Section section) {
        Section stripe = section.section("stripe");
        BillingConfig off = BillingConfig.OFF;
        try {
            return new BillingConfig(
                    stripe.value("url", URI::create).orElse(off.url()),
                    stripe.text("key").filter(key -> !key.isBlank()).map(Secret::new),
                    stripe.text("event").orElse(off.event()),
                    stripe.map("customers"),
                    stripe.value("unit", BillingSettings::unit).orElse(off.unit()));
        } catch (IllegalArgumentException wrong) {
            throw stripe.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static BillingConfig.Unit unit(String word) {
        try {
            return BillingConfig.Unit.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("must be microdollars, tokens or calls, not '" + word + "'");
        }
    }
}
