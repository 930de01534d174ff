package dev.sluice.job;

import dev.sluice.dialect.batch.BatchRow;

/** A row of a job's input. */
public sealed interface Row {

    /** Counts from 1; blank lines do not count. */
    int number();

    /** Where it begins in the file, from 1. */
    int line();

    /** A call to be made. */
    record Good(int number, int line, BatchRow call) implements Row {}

    /**
     * Not a call.
     *
     * @param why such as "is not JSON"
     */
    record Bad(int number, int line, String why) implements Row {}
}
