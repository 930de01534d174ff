/** What was left on accounts at providers, whenever somebody looked. */
@NullMarked
package dev.sluice.store.balance;

import org.jspecify.annotations.NullMarked;
