/** What a call may cost before it is made, and who is asked what an attempt in doubt has cost. */
@NullMarked
package dev.sluice.pipeline.money;

import org.jspecify.annotations.NullMarked;
