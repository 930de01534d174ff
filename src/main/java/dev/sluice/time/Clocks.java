package dev.sluice.time;

import java.time.InstantSource;

/** The two clocks of a program: one for spans, one for dates. */
public record Clocks(Ticker ticker, InstantSource wall) {
    public static final Clocks SYSTEM = new Clocks(Ticker.SYSTEM, InstantSource.system());
}
