/** Who may call: keys, and whom they stand for. */
@NullMarked
package dev.sluice.account;

import org.jspecify.annotations.NullMarked;
