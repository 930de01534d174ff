package dev.sluice.ledger;

import dev.sluice.model.Money;
import java.time.LocalDate;
import java.util.List;

/**
 * What a provider says it charged.
 *
 * @param refused lines that could not be taken, each with its place and reason
 */
public record Bill(List<Line> lines, List<String> refused) {

    public Bill {
        lines = List.copyOf(lines);
        refused = List.copyOf(refused);
    }

    /**
     * One charge.
     *
     * @param place where it stands, such as {@code bill.csv:7}
     * @param amount what was charged
     * @param rounding by how much the amount may be off because of the decimals it is written with
     */
    public record Line(String place, What what, Money amount, Money rounding) {}

    /** What a charge is for. */
    public sealed interface What {
        /** One answer, by the provider's own name for it or by our attempt's id. */
        record Answer(String id) implements What {
            @Override
            public String toString() {
                return id;
            }
        }

        /** A model for a day in UTC. */
        record Day(LocalDate day, String model) implements What {
            @Override
            public String toString() {
                return day + " " + model;
            }
        }
    }
}
