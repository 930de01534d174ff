/** What was spent: attempts, prices and reports. */
@NullMarked
package dev.sluice.ledger;

import org.jspecify.annotations.NullMarked;
