package dev.sluice.ledger.price;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One line of a price list: what a model costs at a provider, from when to when, in which hours, for which prompts.
 *
 * @param from included; {@link Instant#MIN} where it is not known
 * @param to not included; {@link Instant#MAX} where no end is known
 * @param window empty for all hours that no other row of this model claims
 * @param aboveTokens the row holds for the whole of a request whose prompt has more tokens than this
 * @param cacheKnown whether the source names a price for cached input; where it does not, the input's price is charged
 * @param source who says so
 * @param seen when they said it
 */
public record PriceRow(
        String provider,
        String model,
        Instant from,
        Instant to,
        Optional<PeakHours> window,
        long aboveTokens,
        Rates rates,
        boolean cacheKnown,
        String source,
        LocalDate seen,
        String note) {

    boolean isValidAt(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** Whether both rows would hold for the same request. */
    boolean collidesWith(PriceRow other) {
        return provider.equals(other.provider)
                && model.equals(other.model)
                && (window.equals(other.window) || overlaps(other))
                && aboveTokens == other.aboveTokens
                && from.isBefore(other.to)
                && other.from.isBefore(to);
    }

    /** Whether both have windows, and these share an hour of the week. */
    private boolean overlaps(PriceRow other) {
        return window.flatMap(own -> other.window.filter(own::overlaps)).isPresent();
    }

    /** Whether this one begins the tiers that the other row continues, at a moment at which that one holds. */
    private boolean isBaseOf(PriceRow longer, Instant at) {
        return aboveTokens == 0
                && provider.equals(longer.provider)
                && model.equals(longer.model)
                && window.equals(longer.window)
                && isValidAt(at);
    }

    /** The first moment at which this row holds while none for shorter prompts does; empty where there is none. */
    Optional<Instant> withoutBase(List<PriceRow> rows) {
        Instant at = from;
        while (at.isBefore(to)) {
            Instant now = at;
            Optional<PriceRow> base =
                    rows.stream().filter(row -> row.isBaseOf(this, now)).findFirst();
            if (base.isEmpty()) {
                return Optional.of(at);
            }
            at = base.get().to;
        }
        return Optional.empty();
    }

    /** The row for a reader, with its prices in dollars per million tokens. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(provider)
                .append(' ')
                .append(model)
                .append(": ")
                .append(Rates.dollars(rates.input()))
                .append(" in, ")
                .append(Rates.dollars(rates.cacheRead()))
                .append(" cached, ")
                .append(Rates.dollars(rates.cacheWrite()))
                .append(" cache write, ")
                .append(Rates.dollars(rates.output()))
                .append(" out");
        if (aboveTokens > 0) {
            text.append(", prompts above ").append(aboveTokens).append(" tokens");
        }
        window.ifPresent(hours -> text.append(", ").append(hours.text()).append(" UTC"));
        if (!from.equals(Instant.MIN)) {
            text.append(", from ").append(from);
        }
        if (!to.equals(Instant.MAX)) {
            text.append(", until ").append(to);
        }
        String day = seen.equals(LocalDate.EPOCH) ? "" : "seen " + seen;
        String origin = source + (source.isEmpty() || day.isEmpty() ? "" : ", ") + day;
        if (!origin.isEmpty()) {
            text.append(" (").append(origin).append(')');
        }
        return note.isEmpty()
                ? text.toString()
                : text.append(" - ").append(note).toString();
    }
}
