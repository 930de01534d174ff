/** Disk and shared servers: where what happened is kept. */
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
