package dev.sluice.dialect.openai;

/** Whether the arguments of one tool call, as far as they have come, are a whole JSON object. Used by one thread. */
final class ArgumentsEnd {
    private int depth;
    private boolean begun;
    private boolean quoted;
    private boolean escaped;

    /** Some more of them. Looks only for where they end; what is wrong in between is for the client to find. */
    void add(String part) {
        for (int at = 0; at < part.length(); at++) {
            if (quoted) {
                inText(part.charAt(at));
            } else {
                outsideText(part.charAt(at));
            }
        }
    }

    private void inText(char c) {
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"') {
            quoted = false;
        }
    }

    private void outsideText(char c) {
        switch (c) {
            case '"' -> quoted = true;
            case '{', '[' -> {
                depth++;
                begun = true;
            }
            case '}', ']' -> depth--;
            default -> {}
        }
    }

    boolean isWhole() {
        return begun && !quoted && depth <= 0;
    }
}
