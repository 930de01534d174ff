/** Servers that run models: where they are, how they are spoken to, and how they are doing. Knows nothing of money. */
@NullMarked
package dev.sluice.provider;

import org.jspecify.annotations.NullMarked;
