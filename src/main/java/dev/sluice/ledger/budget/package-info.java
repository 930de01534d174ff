/**
 * Limits of money, tokens and calls, and what is held against them. Deciding is exact and knows no clock: moments come
 * in as parameters, so a simulation runs these very classes.
 */
@NullMarked
package dev.sluice.ledger.budget;

import org.jspecify.annotations.NullMarked;
