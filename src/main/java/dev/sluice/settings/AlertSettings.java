package dev.sluice.settings;

import dev.sluice.alert.AlertConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.model.Money;
import java.util.Optional;

/** The settings that say whom to tell, and of how much in doubt. */
final class AlertSettings {
    private AlertSettings() {}

    static AlertConfig read(Section section) {
        AlertConfig fallback = AlertConfig.DEFAULT;
        Optional<Secret> webhook =
                section.text("webhook").filter(text -> !text.isBlank()).map(Secret::new);
        Money inDoubt = section.value("in-doubt", AlertSettings::dollars).orElse(fallback.inDoubt());
        try {
            return new AlertConfig(webhook, inDoubt, fallback.retry(), fallback.patience());
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private static Money dollars(String text) {
        return Money.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be an amount in US dollars such as 1.00, not '" + text + "'"));
    }
}
