package dev.sluice.pipeline;

/**
 * How often one client may call, per minute; 0 means no limit.
 *
 * @param perEndpoint any one chat or completion endpoint
 * @param perClient all chat and completion endpoints together
 * @param embeddings the embedding endpoints together
 */
public record RateLimits(int perEndpoint, int perClient, int embeddings) {
    public static final RateLimits DEFAULT = new RateLimits(300, 600, 6000);

    public RateLimits {
        if (perEndpoint < 0 || perClient < 0 || embeddings < 0) {
            throw new IllegalArgumentException("must not be negative; 0 means no limit");
        }
    }
}
