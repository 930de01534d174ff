package dev.sluice.dialect.ollama;

/**
 * What is taken from clients although Ollama 0.17.4 refuses it.
 *
 * @param textArguments arguments of tool calls in the history that are the text of an object, as OpenAI writes them
 */
public record OllamaLeniency(boolean textArguments) {
    public static final OllamaLeniency NONE = new OllamaLeniency(false);
}
