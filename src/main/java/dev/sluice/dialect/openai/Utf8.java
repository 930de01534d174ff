package dev.sluice.dialect.openai;

/** Characters of more than one byte, by table 3-7 of the Unicode Standard. Stateless. */
final class Utf8 {
    private Utf8() {}

    /** How many bytes, two to four, the character has that begins at {@code at}; 0 where none does. */
    static int length(byte[] text, int at, int to) {
        int lead = text[at] & 0xFF;
        int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 0 || at + length > to || !isSecond(lead, text[at + 1] & 0xFF)) {
            return 0;
        }
        for (int next = at + 2; next < at + length; next++) {
            if ((text[next] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** The second byte rules out long forms of short characters, halves of surrogate pairs and what lies past the last. */
    private static boolean isSecond(int lead, int second) {
        return switch (lead) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xED -> second >= 0x80 && second <= 0x9F;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> (second & 0xC0) == 0x80;
        };
    }
}
