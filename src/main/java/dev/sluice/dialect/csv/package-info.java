/** Comma-separated values in. Pure. */
@NullMarked
package dev.sluice.dialect.csv;

import org.jspecify.annotations.NullMarked;
