/** HTTP as such: listeners, connections, bodies and streams, without any route of ours. */
@NullMarked
package dev.sluice.http.server;

import org.jspecify.annotations.NullMarked;
