package dev.sluice.job;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the line of a mistake in a file of text. */
final class TextLines {
    private TextLines() {}

    /** From 1; the last one where all are. A line is looked at as far as a row may be long. */
    static int firstThatIsNotUtf8(Path file) throws IOException {
        int line = 1;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    if (bytes.size() < Rows.LONGEST_ROW) {
                        bytes.write(next);
                    }
                } else if (isUtf8(bytes.toByteArray())) {
                    bytes.reset();
                    line++;
                } else {
                    return line;
                }
            }
        }
        return line;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
