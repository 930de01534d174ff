/** The append-only journal: the truth until its rows are in the archive. */
@NullMarked
package dev.sluice.store.journal;

import org.jspecify.annotations.NullMarked;
