/** Which usage has been told to a biller. */
@NullMarked
package dev.sluice.store.billing;

import org.jspecify.annotations.NullMarked;
