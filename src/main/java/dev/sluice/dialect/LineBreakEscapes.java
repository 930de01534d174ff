package dev.sluice.dialect;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** Escapes U+2028, U+2029 and U+0085, which some clients' line readers take for line ends. Immutable. */
public final class LineBreakEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final SerializableString NEXT_LINE = new SerializedString("\\u0085");
    private static final SerializableString LINE_SEPARATOR = new SerializedString("\\u2028");
    private static final SerializableString PARAGRAPH_SEPARATOR = new SerializedString("\\u2029");

    private final int[] ascii;

    /** @param more ASCII characters to be escaped besides those that JSON demands */
    public LineBreakEscapes(String more) {
        ascii = standardAsciiEscapesForJSON();
        more.chars().forEach(character -> ascii[character] = ESCAPE_STANDARD);
    }

    /** Jackson keeps this array and asks once for each generator, so that it is not copied. */
    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return switch (character) {
            case 0x85 -> NEXT_LINE;
            case 0x2028 -> LINE_SEPARATOR;
            case 0x2029 -> PARAGRAPH_SEPARATOR;
            default -> null;
        };
    }
}
