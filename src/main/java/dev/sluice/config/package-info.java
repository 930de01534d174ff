/** Settings as text: read with line numbers, environment filled in, unknown keys refused, secrets masked. */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
