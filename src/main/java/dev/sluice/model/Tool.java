package dev.sluice.model;

/**
 * A function that the model may call.
 *
 * @param definition the whole definition as the client wrote it: {@code {"type":"function","function":{...}}}, which
 *     Ollama and OpenAI share
 */
public record Tool(String name, RawJson definition) {}
