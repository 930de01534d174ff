package dev.sluice.dialect.ollama.request;

import java.util.BitSet;
import java.util.Optional;

/**
 * Finds what is wrong with a JSON text and says it in the words of Go's scanner, which clients of Ollama know. Only
 * asked when something is known to be wrong. Used once, by one thread.
 */
public final class GoSyntax {
    public static final String EMPTY_BODY = "missing request body";
    private static final String EOF = "unexpected EOF";
    private static final int DEEPEST = 10_000;

    private final byte[] json;
    private final BitSet objects = new BitSet();
    private int at;
    private int depth;

    private GoSyntax(byte[] json) {
        this.json = json;
    }

    /** The first mistake in the text's first value, in Go's words. What follows that value is of no interest. */
    public static Optional<String> mistake(byte[] json) {
        try {
            new GoSyntax(json).document();
            return Optional.empty();
        } catch (Mistake mistake) {
            return Optional.of(mistake.words);
        }
    }

    private void document() {
        skipBlanks();
        if (at == json.length) {
            throw new Mistake(EMPTY_BODY);
        }
        value();
        while (depth > 0) {
            afterValue();
        }
    }

    /** One scalar, or the opening of a container together with its first value's opening. */
    private void value() {
        while (true) {
            byte first = next();
            switch (first) {
                case '{' -> {
                    push(true);
                    if (peek() != '}') {
                        key();
                        continue;
                    }
                    at++;
                    depth--;
                }
                case '[' -> {
                    push(false);
                    if (peek() != ']') {
                        continue;
                    }
                    at++;
                    depth--;
                }
                case '"' -> string();
                case 't' -> literal("true");
                case 'f' -> literal("false");
                case 'n' -> literal("null");
                default -> number(first);
            }
            return;
        }
    }

    private void afterValue() {
        boolean inObject = objects.get(depth);
        byte next = next();
        if (next == (inObject ? '}' : ']')) {
            depth--;
        } else if (next != ',') {
            throw wrong(next, inObject ? "after object key:value pair" : "after array element");
        } else {
            if (inObject) {
                key();
            }
            value();
        }
    }

    private void key() {
        byte quote = next();
        if (quote != '"') {
            throw wrong(quote, "looking for beginning of object key string");
        }
        string();
        byte colon = next();
        if (colon != ':') {
            throw wrong(colon, "after object key");
        }
    }

    private void push(boolean object) {
        depth++;
        if (depth > DEEPEST) {
            throw new Mistake("exceeded max depth");
        }
        objects.set(depth, object);
    }

    private void string() {
        while (true) {
            byte next = octet();
            if (next == '"') {
                return;
            }
            if (next == '\\') {
                escape();
            } else if (next >= 0 && next < ' ') {
                throw wrong(next, "in string literal");
            }
        }
    }

    private void escape() {
        byte escaped = octet();
        if (escaped == 'u') {
            for (int digit = 0; digit < 4; digit++) {
                byte hex = octet();
                if (Character.digit(hex, 16) < 0) {
                    throw wrong(hex, "in \\u hexadecimal character escape");
                }
            }
        } else if ("bfnrt\\/\"".indexOf(escaped) < 0) {
            throw wrong(escaped, "in string escape code");
        }
    }

    private void literal(String word) {
        for (int i = 1; i < word.length(); i++) {
            byte next = octet();
            if (next != word.charAt(i)) {
                throw wrong(next, "in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
    }

    private void number(byte first) {
        byte digit = first;
        if (first == '-') {
            digit = octet();
            if (!isDigit(digit)) {
                throw wrong(digit, "in numeric literal");
            }
        } else if (!isDigit(first)) {
            throw wrong(first, "looking for beginning of value");
        }
        if (digit != '0') {
            digits();
        }
        if (here() == '.') {
            at++;
            needDigit("after decimal point in numeric literal");
        }
        if (here() == 'e' || here() == 'E') {
            at++;
            if (here() == '+' || here() == '-') {
                at++;
            }
            needDigit("in exponent of numeric literal");
        }
    }

    private void needDigit(String where) {
        byte digit = octet();
        if (!isDigit(digit)) {
            throw wrong(digit, where);
        }
        digits();
    }

    private void digits() {
        while (isDigit(here())) {
            at++;
        }
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** The byte under the cursor; 0 behind the end. */
    private byte here() {
        return at < json.length ? json[at] : 0;
    }

    private byte peek() {
        skipBlanks();
        if (at == json.length) {
            throw new Mistake(EOF);
        }
        return json[at];
    }

    private byte next() {
        byte next = peek();
        at++;
        return next;
    }

    private byte octet() {
        if (at == json.length) {
            throw new Mistake(EOF);
        }
        return json[at++];
    }

    private void skipBlanks() {
        while (at < json.length && " \t\r\n".indexOf(json[at]) >= 0) {
            at++;
        }
    }

    private static Mistake wrong(byte octet, String where) {
        return new Mistake("invalid character " + GoQuote.character(octet) + " " + where);
    }

    private static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String words;

        private Mistake(String words) {
            super(words, null, false, false);
            this.words = words;
        }
    }
}
