package dev.sluice.ledger.price;

/**
 * The most that an attempt may consume.
 *
 * @param promptTokens at least the tokens of the prompt (its length in bytes always is)
 * @param outputCap the output limit that is sent upstream, for one answer
 * @param choices how many answers are asked for
 */
public record Demand(long promptTokens, long outputCap, int choices) {

    public Demand {
        if (promptTokens < 0 || outputCap < 0 || choices < 1) {
            throw new IllegalArgumentException("a demand has no negative tokens and at least one choice");
        }
    }
}
