/** The roof: the program's verbs, the settings tree and the one place where parts are put together. */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
