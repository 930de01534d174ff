/** What tests of the whole program share: a scripted provider, a gateway in this process, raw clients. */
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
