/** Files of many calls: their rows in, a line for each answer out. Pure. */
@NullMarked
package dev.sluice.dialect.batch;

import org.jspecify.annotations.NullMarked;
