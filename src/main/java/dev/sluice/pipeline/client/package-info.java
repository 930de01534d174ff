/** What a client asked, and how it hears the answer. */
@NullMarked
package dev.sluice.pipeline.client;

import org.jspecify.annotations.NullMarked;
