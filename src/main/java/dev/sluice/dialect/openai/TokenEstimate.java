package dev.sluice.dialect.openai;

import dev.sluice.model.Message;

/** A guess at the tokens of a text, rather too high than too low: nobody here has the model's own vocabulary. */
final class TokenEstimate {
    private static final int ASCII_PER_TOKEN = 4;
    private static final long PER_MESSAGE = 5;
    private static final long PER_IMAGE = 768;

    private TokenEstimate() {}

    static long of(String text) {
        long ascii = 0;
        long wide = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x80) {
                ascii++;
            } else {
                wide++;
            }
        }
        return (ascii + ASCII_PER_TOKEN - 1) / ASCII_PER_TOKEN + wide;
    }

    static long of(Message message) {
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
}
