package dev.sluice.model;

/** Whether and how hard a model shall think before it answers. */
public enum Thinking {
    /** The client said nothing: the model's own default holds. */
    DEFAULT,
    OFF,
    ON,
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH,
    MAX
}
