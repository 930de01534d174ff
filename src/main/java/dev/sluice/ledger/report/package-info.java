/** Reports as people and programs ask for them: the question, its answer, and the answer as text. */
@NullMarked
package dev.sluice.ledger.report;

import org.jspecify.annotations.NullMarked;
