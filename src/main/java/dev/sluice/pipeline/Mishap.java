package dev.sluice.pipeline;

import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a call in which a bug of ours shows: it ends, its client is told, and whatever it holds is given back.
 * Without this a provider's place, a caller's turn and held money would be gone until the next start.
 */
public final class Mishap {
    private static final Logger LOG = LoggerFactory.getLogger(Mishap.class);

    private Mishap() {}

    /** Takes one step of a call. */
    static void guard(Exchange call, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            collapse(call, bug);
        }
    }

    /** A second bug, while the call is being ended for the first, ends here: what could be given back has been. */
    private static void collapse(Exchange call, RuntimeException bug) {
        try {
            call.collapse(of(bug, call.id()));
        } catch (RuntimeException second) {
            LOG.error("a bug showed while call {} was ended for another", call.id(), withoutWords(second));
        }
    }

    /** What a call's client is told of it. */
    public static Failure of(RuntimeException bug, String id) {
        if (bug instanceof GatewayException late) {
            return late.failure();
        }
        LOG.error("a bug ended call {}", id, withoutWords(bug));
        return new Failure.ChainFailed(
                "the gateway itself failed at this call; its log says more under the request's id", Optional.empty());
    }

    /** Where it was thrown and of what kind; its words may quote what the caller wrote, which no log may hold. */
    private static RuntimeException withoutWords(RuntimeException bug) {
        RuntimeException same = new IllegalStateException(bug.getClass().getName());
        same.setStackTrace(bug.getStackTrace());
        return same;
    }
}
