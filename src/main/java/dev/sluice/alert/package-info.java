/** Alerts: each told once in its window, to the log, the figures and a webhook. */
@NullMarked
package dev.sluice.alert;

import org.jspecify.annotations.NullMarked;
