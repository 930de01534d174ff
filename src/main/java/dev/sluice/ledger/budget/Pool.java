package dev.sluice.ledger.budget;

import java.io.Closeable;
import java.util.List;

/**
 * What several gateways have leased of each limit's amount, in a place that all of them reach. It gives out no more than
 * the amount, in one step for each account, whoever asks at the same moment. Used by one thread at a time; blocks.
 */
public interface Pool extends Closeable {

    /**
     * Tells how accounts stand here and hears what may be taken of each.
     *
     * @throws PoolUnreachableException where no answer came; whether the reports have arrived is then unknown
     */
    Answer exchange(List<PoolReport> reports) throws PoolUnreachableException;

    /** Where it is, for people; without a password. */
    String place();

    @Override
    void close();

    /**
     * What comes back.
     *
     * @param shares in the order of the reports
     * @param wanted keys of accounts in which some gateway misses something just now
     * @param generation another one than before says that the pool may have lost what it was told
     * @param opening whether it is too early to lease anything: other gateways have yet to tell what they had
     */
    record Answer(List<Share> shares, List<String> wanted, String generation, boolean opening) {
        public Answer {
            shares = List.copyOf(shares);
            wanted = List.copyOf(wanted);
        }
    }
}
