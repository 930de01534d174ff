package dev.sluice.ledger;

import dev.sluice.ledger.price.Charge;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.time.Instant;
import java.util.Optional;

/** Something about the money that a person should know. */
public sealed interface Alert {

    /** One lower-case word for metrics and for programs that read the alert. */
    String kind();

    /** What it is about, such as a budget or a model: alerts of the same kind and subject are one in a window. */
    String subject();

    /** One sentence for people; without secrets, prompts or addresses. */
    String text();

    /**
     * The span in which it is told once, such as {@code 2026-11}; empty for the day in UTC.
     */
    default Optional<String> window() {
        return Optional.empty();
    }

    /**
     * A budget has come to one of its marks.
     *
     * @param budget its name
     * @param scope whose it is, such as {@code acme}; "" for the gateway's
     * @param span the budget's window, such as {@code 2026-11-21}
     * @param percent the mark
     */
    record MarkCrossed(String budget, String scope, String span, int percent, Money spent, Money limit)
            implements Alert {
        @Override
        public String kind() {
            return "mark_crossed";
        }

        @Override
        public String subject() {
            return named(budget, scope) + " " + percent + "%";
        }

        @Override
        public String text() {
            return "budget '" + budget + "' (" + place(scope, span) + ") has come to " + percent + " %: $" + spent
                    + " of $" + limit;
        }

        @Override
        public Optional<String> window() {
            return Optional.of(span);
        }
    }

    /**
     * A provider charged more than was held for it.
     *
     * @param over by how much
     * @param spent what the budget has spent with it, which may still be within its limit
     */
    record Overrun(String budget, String scope, String span, Money over, Money spent, Money limit) implements Alert {
        @Override
        public String kind() {
            return "overrun";
        }

        @Override
        public String subject() {
            return named(budget, scope);
        }

        @Override
        public String text() {
            return "a provider charged $" + over + " more than it could have by its cap and our prices: budget '"
                    + budget + "' (" + place(scope, span) + ") has spent $" + spent + " of $" + limit;
        }

        @Override
        public Optional<String> window() {
            return Optional.of(span);
        }
    }

    private static String named(String budget, String scope) {
        return scope.isEmpty() ? budget : budget + " " + scope;
    }

    private static String place(String scope, String span) {
        return scope.isEmpty() ? span : scope + ", " + span;
    }

    /**
     * A provider reports another amount than the price table has.
     *
     * @param seller as the table names it
     * @param charge what was reported, what the table says for the same usage, and which of them is booked
     */
    record PriceDrift(String seller, String model, Charge charge) implements Alert {
        @Override
        public String kind() {
            return "price_drift";
        }

        @Override
        public String subject() {
            return seller + "/" + model;
        }

        @Override
        public String text() {
            String reported = charge.reported().map(Money::toString).orElse("nothing");
            String table = charge.table().map(Money::toString).orElse("nothing");
            return charge.isReported()
                    ? "price drift: " + seller + " charged " + reported + " for " + model + ", the table says " + table
                    : "price drift: " + seller + " says that " + model + " cost " + reported + "; booked is what the"
                            + " table says, " + table;
        }
    }

    /**
     * A provider reports fewer output tokens than the text that it sent can have.
     *
     * @param booked what it reports; an estimate where that is nothing at all
     * @param characters of text, thinking and tool arguments
     */
    record UsageDoubted(String provider, String model, Usage booked, long characters) implements Alert {
        @Override
        public String kind() {
            return "usage_doubted";
        }

        @Override
        public String subject() {
            return provider + "/" + model;
        }

        @Override
        public String text() {
            String reported = booked.estimated() ? "nothing used" : booked.output() + " output tokens";
            return provider + " reported " + reported + " for an answer of " + characters + " characters of " + model
                    + ", which cannot be; booked is " + (booked.estimated() ? "an estimate" : "what it reported")
                    + ": compare with its bill, sluice reconcile";
        }
    }

    /** A provider takes money for a model and the price table has no row for it. */
    record UnpricedModel(String provider, String model) implements Alert {
        @Override
        public String kind() {
            return "unpriced_model";
        }

        @Override
        public String subject() {
            return provider + "/" + model;
        }

        @Override
        public String text() {
            return "no price is known for " + subject() + ": what it costs is missing from every sum";
        }
    }

    /** A provider's account is empty. */
    record CreditExhausted(String provider) implements Alert {
        @Override
        public String kind() {
            return "credit_exhausted";
        }

        @Override
        public String subject() {
            return provider;
        }

        @Override
        public String text() {
            return "the account at " + provider + " has no money left; it is left out until it has some";
        }
    }

    /** This machine's clock cannot be right, so no budget's window can be told. */
    record ClockNonsense(Instant read) implements Alert {
        @Override
        public String kind() {
            return "clock_nonsense";
        }

        @Override
        public String subject() {
            return "clock";
        }

        @Override
        public String text() {
            return "this machine's clock says " + read + ", which cannot be; hard budgets refuse until it is set right";
        }
    }

    /** An attempt with a price was not made, because the ledger could not make its intent durable. */
    record LedgerUnavailable(String why) implements Alert {
        @Override
        public String kind() {
            return "ledger_unavailable";
        }

        @Override
        public String subject() {
            return "ledger";
        }

        @Override
        public String text() {
            return "calls with a price are refused: " + why;
        }
    }

    /** Other gateways' spending cannot be known, so nothing more of a shared budget can be leased. */
    record SharedStoreUnreachable(String why) implements Alert {
        @Override
        public String kind() {
            return "shared_store_unreachable";
        }

        @Override
        public String subject() {
            return "shared budgets";
        }

        @Override
        public String text() {
            return "the store of the shared budgets cannot be reached (" + why + "): hard budgets and tiers refuse once"
                    + " what is leased here is spent";
        }
    }

    /** More money than wanted hangs on attempts of which nobody knows whether they were charged. */
    record InDoubtGrowth(Money inDoubt, Money limit) implements Alert {
        @Override
        public String kind() {
            return "in_doubt_growth";
        }

        @Override
        public String subject() {
            return "ledger";
        }

        @Override
        public String text() {
            return "$" + inDoubt + " hangs on attempts in doubt, more than $" + limit
                    + "; compare with the providers' own figures: sluice reconcile";
        }
    }
}
