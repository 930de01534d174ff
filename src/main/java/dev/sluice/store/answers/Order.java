package dev.sluice.store.answers;

import dev.sluice.pipeline.repeat.KeptAnswers.Found;
import dev.sluice.pipeline.repeat.KeptAnswers.Once;
import dev.sluice.pipeline.repeat.RecordedReply;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that the store's thread is to do. */
sealed interface Order {
    Logger LOG = LoggerFactory.getLogger(Order.class);

    record Begin(Once call, Executor loop, Consumer<Found> then) implements Order {
        void tell(Found found) {
            try {
                loop.execute(() -> then.accept(found));
            } catch (RejectedExecutionException e) {
                // Nothing is sent without a word from here, so nothing is lost but the caller's answer.
                LOG.warn("an event loop has gone before its answer came", e);
            }
        }
    }

    /**
     * An answer.
     *
     * @param atMillis when it ended: its day begins then, however late it is written
     * @param done is run when it is written, or given up
     */
    record Keep(Once call, RecordedReply reply, long atMillis, Runnable done) implements Order {}

    record Release(Once call) implements Order {}

    record Close() implements Order {}
}
