package dev.sluice.model;

/**
 * Guesses at the tokens of a text, where nobody has counted them and nobody here has the model's own vocabulary: about
 * four ASCII characters a token, and one token for each character of other scripts. Rather too high than too low. Pure.
 */
public final class TokenEstimate {
    private static final int ASCII_PER_TOKEN = 4;
    private static final int BYTES_PER_WIDE_CHARACTER = 3;
    private static final int CHARACTERS_PER_TOKEN = 3;
    private static final long PER_MESSAGE = 5;
    private static final long PER_IMAGE = 768;
    private static final long MOST_PER_IMAGE = 50_000;
    private static final long PER_TOOL_PREAMBLE = 1_024;

    /**
     * The longest tokens of common vocabularies are rows of 128 equal characters, such as spaces; a token of ordinary
     * text in any script, of code or of base64 has fewer than ten.
     */
    private static final int MOST_CHARACTERS_PER_TOKEN = 128;

    /** A shorter answer may be a server's own notice, which no model has made. */
    private static final long LONGEST_NOTICE = 4_096;

    private TokenEstimate() {}

    /** The tokens of a text. */
    public static long of(String text) {
        long ascii = 0;
        for (int i = 0; i < text.length(); i++) {
            ascii += text.charAt(i) < 0x80 ? 1 : 0;
        }
        return (ascii + ASCII_PER_TOKEN - 1) / ASCII_PER_TOKEN + text.length() - ascii;
    }

    /** The tokens of a turn, with what the template puts round it. */
    public static long of(Message message) {
        long sum = PER_MESSAGE + of(message.thinking());
        for (Message.Part part : message.parts()) {
            sum += switch (part) {
                case Message.Part.Text(String text) -> of(text);
                case Message.Part.Image _ -> PER_IMAGE;
                case Message.Part.Other(String _, var json) -> of(json.text());
            };
        }
        for (Message.ToolCall call : message.toolCalls()) {
            sum += of(call.name()) + of(call.arguments().text());
        }
        return sum;
    }

    /** The tokens of a text in UTF-8, at least 1; a character of another script counts as the three bytes of Hangul. */
    public static long ofUtf8(byte[] text) {
        long ascii = 0;
        for (byte b : text) {
            ascii += b >= 0 ? 1 : 0;
        }
        return ascii / ASCII_PER_TOKEN + (text.length - ascii) / BYTES_PER_WIDE_CHARACTER + 1;
    }

    /** The tokens of a text of which only the length is known: something between the scripts. */
    public static long ofCharacters(long characters) {
        return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    /** A byte-level token covers at least one byte, so no prompt has more tokens than its request has bytes. */
    public static long upperBound(long bytesSent) {
        return bytesSent;
    }

    /**
     * The most tokens that a prompt has beside those of its bytes.
     *
     * @param tools whether the server explains tools to the model in words of its own
     * @param pictures each counts as the dearest models count the largest picture
     */
    public static long unseen(boolean tools, int pictures) {
        return (tools ? PER_TOOL_PREAMBLE : 0) + pictures * MOST_PER_IMAGE;
    }

    /** Whether no model can have written so many characters with so few tokens, whatever its vocabulary and the script. */
    public static boolean areTooFew(long tokens, long characters) {
        return characters > LONGEST_NOTICE && characters / MOST_CHARACTERS_PER_TOKEN > tokens;
    }

    /** What a call has probably consumed, marked as estimated. */
    public static Usage usage(byte[] request, long charactersOut) {
        return Usage.estimate(ofUtf8(request), ofCharacters(charactersOut));
    }
}
