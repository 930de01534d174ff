package dev.sluice.model;

/** A wire protocol that clients or providers speak. */
public enum Dialect {
    OLLAMA,
    OPENAI
}
