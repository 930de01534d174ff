package dev.sluice.ledger.price;

import dev.sluice.model.Money;

/** What an attempt costs. "Not known" is a case of its own and never becomes zero. */
public sealed interface Cost {

    /** Nothing, because the server is the user's own. */
    record Free() implements Cost {
        @Override
        public String toString() {
            return "0";
        }
    }

    record Priced(Money amount) implements Cost {
        @Override
        public String toString() {
            return amount.toString();
        }
    }

    /** The provider takes money and no price is known. */
    record Unpriced() implements Cost {
        @Override
        public String toString() {
            return "unpriced";
        }
    }
}
