package dev.sluice.model;

/** What a call asks of a model. */
public enum Operation {
    CHAT("chat"),
    COMPLETION("text_completion"),
    EMBEDDING("embeddings");

    private final String wireName;

    Operation(String wireName) {
        this.wireName = wireName;
    }

    /** The value of {@code gen_ai.operation.name} in the GenAI semantic conventions. */
    public String wireName() {
        return wireName;
    }
}
