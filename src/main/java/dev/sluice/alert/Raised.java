package dev.sluice.alert;

import dev.sluice.ledger.Alert;
import java.time.Instant;

/**
 * An alert as it is passed on.
 *
 * @param window the span in which it is not told again
 */
public record Raised(Instant at, String window, Alert alert) {}
