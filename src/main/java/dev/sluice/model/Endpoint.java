package dev.sluice.model;

/** A route on which a client's model call may arrive. */
public enum Endpoint {
    OLLAMA_CHAT(Dialect.OLLAMA, Operation.CHAT, "/api/chat"),
    /** A prompt without roles; with {@code raw} or {@code suffix} it is a plain completion, otherwise a chat of one turn. */
    OLLAMA_GENERATE(Dialect.OLLAMA, Operation.CHAT, "/api/generate"),
    OLLAMA_EMBED(Dialect.OLLAMA, Operation.EMBEDDING, "/api/embed"),
    OLLAMA_EMBEDDINGS(Dialect.OLLAMA, Operation.EMBEDDING, "/api/embeddings"),
    OPENAI_CHAT(Dialect.OPENAI, Operation.CHAT, "/v1/chat/completions"),
    OPENAI_COMPLETIONS(Dialect.OPENAI, Operation.COMPLETION, "/v1/completions"),
    OPENAI_EMBEDDINGS(Dialect.OPENAI, Operation.EMBEDDING, "/v1/embeddings");

    private final Dialect dialect;
    private final Operation operation;
    private final String path;

    Endpoint(Dialect dialect, Operation operation, String path) {
        this.dialect = dialect;
        this.operation = operation;
        this.path = path;
    }

    public Dialect dialect() {
        return dialect;
    }

    public Operation operation() {
        return operation;
    }

    /** The path under which clients call it. */
    public String path() {
        return path;
    }
}
