/** The keys that were made here, in a file beside the ledger. */
@NullMarked
package dev.sluice.store.keys;

import org.jspecify.annotations.NullMarked;
