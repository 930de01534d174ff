/** Meters: counters and histograms, and what they show. */
@NullMarked
package dev.sluice.metric;

import org.jspecify.annotations.NullMarked;
