/** Alerts that were told, on disk. */
@NullMarked
package dev.sluice.store.alerts;

import org.jspecify.annotations.NullMarked;
