package dev.sluice.routing;

import java.util.Optional;

/**
 * A hop as it stands at the time of a call.
 *
 * @param price comparable between candidates, smaller is cheaper; empty where no price is known
 * @param obstacle why it cannot be asked now; empty where it can
 */
public record Candidate(Hop hop, Optional<Long> price, Optional<Obstacle> obstacle) {

    /**
     * What stands against asking a hop.
     *
     * @param lastResort whether it is better asked than nobody: the server then says itself what is wrong, and notices
     *     when it no longer is
     */
    public record Obstacle(String reason, boolean lastResort) {}
}
