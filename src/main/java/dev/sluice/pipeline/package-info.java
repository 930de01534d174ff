/** The road that every model call takes: admit, plan, carry out, book, answer. */
@NullMarked
package dev.sluice.pipeline;

import org.jspecify.annotations.NullMarked;
