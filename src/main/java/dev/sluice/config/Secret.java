package dev.sluice.config;

/** A key or password. It never shows itself: only {@link #reveal} gives the text, at the place that sends it. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
