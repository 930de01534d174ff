package dev.sluice.dialect.ollama.request;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Checks base64 text as Go's standard decoder does. */
final class GoBase64 {
    private static final boolean[] ALPHABET = new boolean[256];

    static {
        for (char letter : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
            ALPHABET[letter] = true;
        }
    }

    private GoBase64() {}

    /** The place that Go blames, where the text is not base64. Line ends are allowed anywhere. */
    static OptionalInt illegalByte(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        int inGroup = 0;
        int at = 0;
        while (at < octets.length) {
            int octet = octets[at] & 0xff;
            if (ALPHABET[octet]) {
                inGroup = (inGroup + 1) % 4;
            } else if (octet == '=') {
                return padding(octets, at, inGroup);
            } else if (octet != '\n' && octet != '\r') {
                return OptionalInt.of(at);
            }
            at++;
        }
        return inGroup == 0 ? OptionalInt.empty() : OptionalInt.of(octets.length - inGroup);
    }

    private static OptionalInt padding(byte[] octets, int firstSign, int inGroup) {
        if (inGroup < 2) {
            return OptionalInt.of(firstSign);
        }
        int at = pastLineEnds(octets, firstSign + 1);
        if (inGroup == 2) {
            if (at == octets.length) {
                return OptionalInt.of(at);
            }
            if (octets[at] != '=') {
                return OptionalInt.of(at - 1);
            }
            at = pastLineEnds(octets, at + 1);
        }
        return at < octets.length ? OptionalInt.of(at) : OptionalInt.empty();
    }

    private static int pastLineEnds(byte[] octets, int from) {
        int at = from;
        while (at < octets.length && (octets[at] == '\n' || octets[at] == '\r')) {
            at++;
        }
        return at;
    }
}
