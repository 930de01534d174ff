package dev.sluice.ledger.book;

import java.util.List;

/**
 * What a check of the book has found.
 *
 * @param wrong the first bad row of each kind, with table, number and what is wrong with it; empty where all is well
 * @param entries in the chain
 * @param attempts whose rows are there
 * @param waiting amendments whose attempt is not there
 * @param head the last entry's hash in hex: whoever notes it down will know whether the chain was written anew
 */
public record Audit(
        List<String> wrong, long entries, long attempts, long waiting, String head, List<Account> accounts) {

    /** An account's name and both its sums, in nano-dollars. */
    public record Account(String name, long debits, long credits) {}

    public Audit {
        wrong = List.copyOf(wrong);
        accounts = List.copyOf(accounts);
    }

    /** Hears how far a check has come. */
    @FunctionalInterface
    public interface Progress {
        void at(String what, long done);
    }
}
