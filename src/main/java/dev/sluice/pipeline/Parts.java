package dev.sluice.pipeline;

import dev.sluice.ledger.Ledger;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.pipeline.money.Treasury;
import dev.sluice.provider.FailureTable;
import dev.sluice.provider.Fleet;
import dev.sluice.time.Ticker;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What every call needs and shares with all others. */
public record Parts(
        Dialects dialects,
        Fleet fleet,
        FailureTable failures,
        Ledger ledger,
        Prices prices,
        Treasury treasury,
        Drains drains,
        Observe observe,
        PipelineConfig config,
        Ticker ticker,
        InstantSource clock,
        RandomGenerator random) {}
