/** The archive in one SQLite file, and the reports read from it. */
@NullMarked
package dev.sluice.store.sqlite;

import org.jspecify.annotations.NullMarked;
