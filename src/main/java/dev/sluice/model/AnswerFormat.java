package dev.sluice.model;

/** The form that an answer must have. */
public sealed interface AnswerFormat {
    record Free() implements AnswerFormat {}

    record AnyJson() implements AnswerFormat {}

    /**
     * JSON that fits a schema.
     *
     * @param name the schema's name; "" where the client's dialect has none
     */
    record Schema(String name, RawJson schema, boolean strict) implements AnswerFormat {}
}
