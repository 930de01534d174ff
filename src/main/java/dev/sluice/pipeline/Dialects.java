package dev.sluice.pipeline;

import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front;
import dev.sluice.model.Dialect;

/** All dialects, as clients and as providers speak them. */
public record Dialects(Spoken openAi, Spoken ollama) {

    /** One dialect, from both its sides. */
    public record Spoken(Front front, Back back) {}

    public Front front(Dialect dialect) {
        return spoken(dialect).front();
    }

    public Back back(Dialect dialect) {
        return spoken(dialect).back();
    }

    private Spoken spoken(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> openAi;
            case OLLAMA -> ollama;
        };
    }
}
