package dev.sluice.ledger.budget;

/** A limit's window into which a clock was put back, and of which the limit has forgotten what was used. */
public record Lost(Limit limit, Window window) {}
