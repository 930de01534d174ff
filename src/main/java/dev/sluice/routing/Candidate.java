package dev.sluice.routing;

import java.util.Optional;

/**
 * A hop as it stands at the time of a call.
 *
 * @param price comparable between candidates, smaller is cheaper; empty where no price is known
 * @param obstacle why it cannot be asked now; empty where it can
 */
public record Candidate(Hop hop, Optional<Long> price, Optional<String> obstacle) {}
