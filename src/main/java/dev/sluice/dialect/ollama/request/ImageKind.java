package dev.sluice.dialect.ollama.request;

import dev.sluice.model.Message;

/** Tells a picture's media type from the first characters of its base64 text. */
final class ImageKind {
    private ImageKind() {}

    /** A picture as Ollama's clients send it: bare base64, in which line ends mean nothing. */
    static Message.Part.Image picture(String base64) {
        String dense = base64.indexOf('\n') < 0 && base64.indexOf('\r') < 0
                ? base64
                : base64.replace("\n", "").replace("\r", "");
        return new Message.Part.Image(mediaType(dense), dense, "");
    }

    /** PNG where the bytes tell nothing: servers look at the bytes themselves. */
    static String mediaType(String base64) {
        if (base64.startsWith("/9j/")) {
            return "image/jpeg";
        }
        if (base64.startsWith("R0lGOD")) {
            return "image/gif";
        }
        if (base64.startsWith("UklGR")) {
            return "image/webp";
        }
        return "image/png";
    }
}
