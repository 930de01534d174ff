/** The constant bytes of OpenAI's protocol. */
@NullMarked
package dev.sluice.dialect.openai.wire;

import org.jspecify.annotations.NullMarked;
