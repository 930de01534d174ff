/** What an Ollama client asks, decoded as Go does it. */
@NullMarked
package dev.sluice.dialect.ollama.request;

import org.jspecify.annotations.NullMarked;
