/** Bounds on how often and how much: breaker, rate, concurrency. They know nothing of models or money. */
@NullMarked
package dev.sluice.limit;

import org.jspecify.annotations.NullMarked;
