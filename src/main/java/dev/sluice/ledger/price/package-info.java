/** What a call costs: dated prices, peak hours and tiers, and what was saved against a baseline. */
@NullMarked
package dev.sluice.ledger.price;

import org.jspecify.annotations.NullMarked;
