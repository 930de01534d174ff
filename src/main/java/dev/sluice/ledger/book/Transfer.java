package dev.sluice.ledger.book;

import dev.sluice.model.Money;

/**
 * One movement from one account to another: what the debit side gains, the credit side owes. Never changed; a mistake
 * is put right by another transfer.
 *
 * @param debit an account's name, see {@link AccountName}
 * @param amount never negative; nothing where only a word is recorded
 */
public record Transfer(Kind kind, String debit, String credit, Money amount) {

    /** Why money moves. */
    public enum Kind {
        /** An attempt is charged. */
        SETTLE,
        /** An attempt may be charged up to its bound. */
        DOUBT,
        /** That is over. */
        RESOLVE,
        /** What was charged turned out to be another amount. */
        REPRICE,
        /** A memo: what was not spent. */
        SAVE,
        /** A memo without money: attempts from before this entry's moment may be removed. */
        RETAIN
    }

    public Transfer {
        if (amount.nanos() < 0) {
            throw new IllegalArgumentException("a transfer has no negative amount: turn its accounts round");
        }
    }

    /** Moves a signed number of nano-dollars: one below zero goes the other way. */
    static Transfer signed(Kind kind, String debit, String credit, long nanos) {
        return nanos < 0
                ? new Transfer(kind, credit, debit, new Money(Figures.difference(0, nanos)))
                : new Transfer(kind, debit, credit, new Money(nanos));
    }
}
