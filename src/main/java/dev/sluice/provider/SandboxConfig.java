package dev.sluice.provider;

import java.time.Duration;

/**
 * How the sandbox behaves.
 *
 * @param firstToken how long it seems to think
 * @param perToken how long each further piece seems to take
 * @param failEvery every so many-th call fails; 0 for none
 * @param failStatus the status of a failed call
 */
public record SandboxConfig(Duration firstToken, Duration perToken, int failEvery, int failStatus) {
    public static final SandboxConfig DEFAULT = new SandboxConfig(Duration.ZERO, Duration.ZERO, 0, 503);

    public SandboxConfig {
        if (failEvery < 0 || failStatus < 400 || failStatus > 599) {
            throw new IllegalArgumentException("fail-every must not be negative, fail-status 400 to 599");
        }
    }
}
