package dev.sluice.command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Hears SIGHUP, by which servers are told to read their settings again. The JDK has no other way to hear a signal than this
 * class of its module {@code jdk.unsupported}, so this file is compiled by itself: see the pom.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /**
     * From now on the signal does this instead of ending the process. Where it is ignored, as under {@code nohup}, it
     * stays so.
     *
     * @param deed on a thread of its own for each signal; may block
     */
    static void does(Runnable deed) {
        try {
            Signal.handle(new Signal("HUP"), _ -> deed.run());
        } catch (IllegalArgumentException unknown) {
            LOG.debug("this system has no such signal", unknown);
        }
    }
}
