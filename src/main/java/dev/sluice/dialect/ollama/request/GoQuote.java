package dev.sluice.dialect.ollama.request;

import java.nio.charset.StandardCharsets;

/** Text in quotation marks the way Go prints it in error messages. */
public final class GoQuote {
    private static final int FIRST_PRINTABLE = ' ';
    private static final int DELETE = 0x7f;
    private static final int BEYOND_LATIN = 0x100;

    private GoQuote() {}

    /** Like {@code %q}. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(point -> {
            if (point == '"') {
                out.append("\\\"");
            } else {
                append(out, point);
            }
        });
        return out.append('"').toString();
    }

    /** One byte as a character in apostrophes, as the JSON scanner names what it stumbled over. */
    static String character(byte octet) {
        int point = octet & 0xff;
        if (point == '\'') {
            return "'\\''";
        }
        StringBuilder out = new StringBuilder("'");
        append(out, point);
        return out.append('\'').toString();
    }

    /** Like the quotes of Go's time package, which spell every byte beyond ASCII. */
    static String ascii(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            int value = octet & 0xff;
            if (value >= 0x80 || value < FIRST_PRINTABLE) {
                hex(out.append("\\x"), value, 2);
            } else if (value == '"' || value == '\\') {
                out.append('\\').append((char) value);
            } else {
                out.append((char) value);
            }
        }
        return out.append('"').toString();
    }

    private static void append(StringBuilder out, int point) {
        switch (point) {
            case '\\' -> out.append("\\\\");
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0b -> out.append("\\v");
            default -> appendOther(out, point);
        }
    }

    private static void appendOther(StringBuilder out, int point) {
        if (point < FIRST_PRINTABLE || point == DELETE) {
            hex(out.append("\\x"), point, 2);
        } else if (isPrintable(point)) {
            out.appendCodePoint(point);
        } else if (point < 0x10000) {
            hex(out.append("\\u"), point, 4);
        } else {
            hex(out.append("\\U"), point, 8);
        }
    }

    private static boolean isPrintable(int point) {
        if (point < BEYOND_LATIN) {
            return point < DELETE || (point > 0xa0 && point != 0xad);
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void hex(StringBuilder out, int value, int digits) {
        String text = Integer.toHexString(value);
        out.repeat('0', digits - text.length()).append(text);
    }
}
