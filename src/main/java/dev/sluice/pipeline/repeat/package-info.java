/** Calls that are repeated under an {@code Idempotency-Key} are answered once. */
@NullMarked
package dev.sluice.pipeline.repeat;

import org.jspecify.annotations.NullMarked;
