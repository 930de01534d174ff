/** The words the whole program speaks: records and sealed types, with what follows from their values alone. */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
