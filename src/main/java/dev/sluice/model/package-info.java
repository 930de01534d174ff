/** The words the whole program speaks: records and sealed types without behaviour of their own. */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
