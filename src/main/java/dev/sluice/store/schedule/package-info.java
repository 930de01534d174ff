/** Which job is due when, kept in a small database of its own so that it outlives the process. */
@NullMarked
package dev.sluice.store.schedule;

import org.jspecify.annotations.NullMarked;
