/** Time as a parameter: the monotonic clock, and the loop on which one call lives. */
@NullMarked
package dev.sluice.time;

import org.jspecify.annotations.NullMarked;
