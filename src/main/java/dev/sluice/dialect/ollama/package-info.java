/** Ollama's protocol, as its clients speak it to us and as we speak it to an Ollama server. */
@NullMarked
package dev.sluice.dialect.ollama;

import org.jspecify.annotations.NullMarked;
