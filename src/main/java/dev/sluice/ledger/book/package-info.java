/** How attempts become sums and transfers: pure rules, kept apart from where the book lies. */
@NullMarked
package dev.sluice.ledger.book;

import org.jspecify.annotations.NullMarked;
