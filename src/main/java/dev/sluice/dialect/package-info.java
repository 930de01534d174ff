/** Bytes to records and back: what is common to all client and provider dialects. */
@NullMarked
package dev.sluice.dialect;

import org.jspecify.annotations.NullMarked;
