/** What an OpenAI client asks: read, scanned, spliced, and written for a provider. */
@NullMarked
package dev.sluice.dialect.openai.request;

import org.jspecify.annotations.NullMarked;
