package dev.sluice.command;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the next signal end the process at once. While a virtual machine shuts down it takes no notice of further
 * signals, so they are given back to the operating system.
 */
final class NextSignal {
    private static final Logger LOG = LoggerFactory.getLogger(NextSignal.class);
    private static final int INTERRUPT = 2;
    private static final int TERMINATE = 15;

    private NextSignal() {}

    static void endsAtOnce() {
        try {
            restore(INTERRUPT);
            restore(TERMINATE);
        } catch (RuntimeException unknown) {
            LOG.debug("this system keeps its signals", unknown);
        }
    }

    /** The system's own way to deal with a signal is the null handler, in C called {@code SIG_DFL}. */
    @SuppressWarnings("restricted")
    private static void restore(int number) {
        Linker linker = Linker.nativeLinker();
        MethodHandle signal = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("signal"),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try {
            MemorySegment before = (MemorySegment) signal.invokeExact(number, MemorySegment.NULL);
            LOG.debug("signal {} was handled by {}", number, before);
        } catch (Throwable failed) {
            throw new IllegalStateException(failed);
        }
    }
}
