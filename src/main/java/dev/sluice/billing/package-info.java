/** What tenants used, for those who send them a bill. */
@NullMarked
package dev.sluice.billing;

import org.jspecify.annotations.NullMarked;
