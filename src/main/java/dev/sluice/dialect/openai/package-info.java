/** The OpenAI protocol, towards clients and towards providers. */
@NullMarked
package dev.sluice.dialect.openai;

import org.jspecify.annotations.NullMarked;
