package dev.sluice.ledger.price;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** All prices of one model at one provider, cut into the periods in which they stand still. */
final class ModelPrices {
    /** An attempt lives no longer than this, and by its end the provider may be in another window. */
    private static final Duration LONGEST_ATTEMPT = Duration.ofHours(1);

    /** The provider's clock and ours. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final Tariff UNPRICED = new Tariff.Unpriced();

    private final List<Period> periods;

    /** @param usual what holds outside of all windows */
    private record Period(Instant from, Instant to, Tariff usual, List<Windowed> windows) {}

    private record Windowed(PeakHours hours, Tariff.Priced tariff) {}

    /** No prices at all. */
    static final ModelPrices NONE = new ModelPrices();

    private ModelPrices() {
        periods = List.of();
    }

    ModelPrices(List<PriceRow> rows) {
        TreeSet<Instant> cuts = new TreeSet<>();
        for (PriceRow row : rows) {
            cuts.add(row.from());
            cuts.add(row.to());
        }
        List<Period> all = new ArrayList<>();
        for (Instant cut : cuts.headSet(cuts.last())) {
            all.add(period(
                    cut,
                    cuts.tailSet(cut, false).first(),
                    rows.stream().filter(row -> row.isValidAt(cut)).toList()));
        }
        periods = List.copyOf(all);
    }

    private static Period period(Instant from, Instant to, List<PriceRow> rows) {
        List<PriceRow> base =
                rows.stream().filter(row -> row.window().isEmpty()).toList();
        Map<String, List<PriceRow>> byWindow = new LinkedHashMap<>();
        rows.forEach(row -> row.window()
                .ifPresent(hours -> byWindow.computeIfAbsent(hours.text(), _ -> new ArrayList<>())
                        .add(row)));
        List<Windowed> windows = new ArrayList<>();
        byWindow.values()
                .forEach(tiers ->
                        tiers.getFirst().window().ifPresent(hours -> windows.add(new Windowed(hours, priced(tiers)))));
        return new Period(from, to, base.isEmpty() ? UNPRICED : priced(base), List.copyOf(windows));
    }

    private static Tariff.Priced priced(List<PriceRow> rows) {
        List<PriceRow> tiers = rows.stream()
                .sorted(Comparator.comparingLong(PriceRow::aboveTokens))
                .toList();
        PriceRow first = tiers.getFirst();
        if (first.aboveTokens() != 0) {
            throw new IllegalArgumentException(
                    "the prices of " + first.provider() + " " + first.model() + " begin at prompts above "
                            + first.aboveTokens() + " tokens: a row with above_tokens 0 is missing");
        }
        CRC32C sum = new CRC32C();
        sum.update(tiers.toString().getBytes(StandardCharsets.UTF_8));
        return new Tariff.Priced(first.seen() + "/" + Long.toHexString(sum.getValue()), tiers);
    }

    Tariff at(Instant at) {
        for (int index = 0; index < periods.size(); index++) {
            Period period = periods.get(index);
            if (!at.isBefore(period.from) && at.isBefore(period.to)) {
                return within(period, at);
            }
        }
        return UNPRICED;
    }

    private static Tariff within(Period period, Instant at) {
        for (int index = 0; index < period.windows.size(); index++) {
            if (period.windows.get(index).hours.holds(at)) {
                return period.windows.get(index).tariff;
            }
        }
        return period.usual;
    }

    /** Every tariff that the provider could apply to an attempt that begins now. */
    List<Tariff.Priced> possible(Instant at) {
        Instant from = at.minus(CLOCK_SKEW);
        Instant to = at.plus(LONGEST_ATTEMPT);
        List<Tariff.Priced> tariffs = new ArrayList<>();
        for (Period period : periods) {
            if (period.from.isAfter(to) || !period.to.isAfter(from)) {
                continue;
            }
            if (period.usual instanceof Tariff.Priced usual) {
                tariffs.add(usual);
            }
            for (Windowed window : period.windows) {
                if (window.hours.touches(from, to)) {
                    tariffs.add(window.tariff);
                }
            }
        }
        return tariffs;
    }
}
