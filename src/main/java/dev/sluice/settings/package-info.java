/** The settings tree: how it is read, what it defaults to, and what is refused before anything starts. */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
