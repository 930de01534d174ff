package dev.sluice.ledger.budget;

/** What a limit counts. */
public enum Measure {
    /** Nano-dollars. */
    MONEY,
    /** Tokens of prompt and answer together. */
    TOKENS,
    /** Calls of clients, however many attempts each takes. */
    CALLS,
    /** Calls under way at one moment. */
    RUNNING
}
