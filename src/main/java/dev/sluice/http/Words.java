package dev.sluice.http;

import dev.sluice.provider.Standing;
import java.util.Locale;

/** Words for states, as {@code /health} says them. */
final class Words {
    private Words() {}

    static String of(Standing.Reason reason) {
        return reason == Standing.Reason.NONE ? "ok" : reason.name().toLowerCase(Locale.ROOT);
    }
}
