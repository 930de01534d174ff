package dev.sluice.job.run;

import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.model.Money;

/** Is told how a run goes on, from many threads. */
public interface Progress {
    Progress SILENT = new Progress() {
        @Override
        public void begun(String job, String run, int rows, int done) {}

        @Override
        public void row(BatchResult result, int done, int failed, Money spent) {}

        @Override
        public void ended() {}
    };

    /** @param done rows of an earlier start of this run */
    void begun(String job, String run, int rows, int done);

    /**
     * A row has ended.
     *
     * @param done how many have ended so far
     */
    void row(BatchResult result, int done, int failed, Money spent);

    void ended();
}
