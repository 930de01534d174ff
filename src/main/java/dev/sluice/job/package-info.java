/** Scheduled batches of calls: what a job is, when it runs, how a run is made, resumed and told of. */
@NullMarked
package dev.sluice.job;

import org.jspecify.annotations.NullMarked;
