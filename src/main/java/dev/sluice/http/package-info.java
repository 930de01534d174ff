/** The edge to clients: server, routes, streams and the answers that need no model. */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
