/** Answers kept for clients that repeat their calls, in a small database of its own. */
@NullMarked
package dev.sluice.store.answers;

import org.jspecify.annotations.NullMarked;
