package dev.sluice.command;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.sluice.settings.Settings;
import org.slf4j.LoggerFactory;

/**
 * JSON lines on standard error, written by a thread of their own: a blocked terminal must not block a call. What does
 * not fit the bounded queue is left out.
 */
final class LogSetup {
    private static final int QUEUE = 8_192;

    private LogSetup() {}

    static void apply() {
        System.setProperty("slf4j.provider", "ch.qos.logback.classic.spi.LogbackServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "WARN");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setQueueSize(QUEUE);
        async.setNeverBlock(true);
        async.addAppender(console);
        async.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(async);
        context.getLogger("dev.sluice").setLevel(Level.INFO);
        context.getLogger("io.lettuce").setLevel(Level.ERROR); // Which transport it takes is nobody's worry.
    }

    static void accessLog(Settings.AccessLog which) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("dev.sluice.access")
                .setLevel(
                        switch (which) {
                            case NONE -> Level.OFF;
                            case FAILURES -> Level.INFO;
                            case ALL -> Level.DEBUG;
                        });
    }

    /** Writes out what is still queued. */
    static void flush() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }
}
