/** Which provider and model a name means, and in which order a chain is tried. Pure. */
@NullMarked
package dev.sluice.routing;

import org.jspecify.annotations.NullMarked;
