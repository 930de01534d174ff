/** What several gateways share through a Redis or Valkey server. */
@NullMarked
package dev.sluice.store.redis;

import org.jspecify.annotations.NullMarked;
