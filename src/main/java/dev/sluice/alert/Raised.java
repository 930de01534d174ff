package dev.sluice.alert;

import dev.sluice.ledger.Alert;
import java.time.Instant;

/**
 * An alert as it is passed on, and kept: see {@link Alert} for kind, subject and text.
 *
 * @param window the span in which it is not told again
 */
public record Raised(Instant at, String window, String kind, String subject, String text) {
    static Raised of(Alert alert, String window, Instant at) {
        return new Raised(at, window, alert.kind(), alert.subject(), alert.text());
    }
}
