package dev.sluice.pipeline.client;

import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Upstream;
import dev.sluice.time.Loop;

/** One event loop and the connections that belong to it. */
public interface Lane {

    Loop loop();

    /** What carries requests to this provider on this loop. */
    Upstream upstream(ProviderConfig provider);
}
