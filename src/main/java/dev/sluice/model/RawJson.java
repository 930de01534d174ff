package dev.sluice.model;

/**
 * One JSON value as the sender wrote it: schemas, tool arguments and the like are carried, not understood, so that
 * key order and numbers survive.
 */
public record RawJson(String text) {

    public static final RawJson EMPTY_OBJECT = new RawJson("{}");

    @Override
    public String toString() {
        return text;
    }
}
