package dev.sluice.model;

import java.util.List;
import java.util.Optional;

/**
 * One turn of a conversation.
 *
 * @param role as the client wrote it (system, user, assistant, tool ...)
 * @param parts text and images in order; empty where the turn only calls tools
 * @param thinking what an assistant turn thought, where the client sends it back; else ""
 * @param toolCalls calls an assistant turn made
 * @param toolCallId on a tool's result: the call it answers, where the client names it
 * @param toolName on a tool's result: the tool's name, where the client names it
 */
public record Message(
        String role,
        List<Part> parts,
        String thinking,
        List<ToolCall> toolCalls,
        Optional<String> toolCallId,
        Optional<String> toolName) {

    public Message {
        parts = List.copyOf(parts);
        toolCalls = List.copyOf(toolCalls);
    }

    public static Message of(String role, String text) {
        return new Message(role, List.of(new Part.Text(text)), "", List.of(), Optional.empty(), Optional.empty());
    }

    /** All text parts joined. */
    public String text() {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Text(String text)) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text(String text)) {
                all.append(text);
            }
        }
        return all.toString();
    }

    /** A piece of a turn's content. */
    public sealed interface Part {
        record Text(String text) implements Part {}

        /**
         * A picture.
         *
         * @param mediaType such as {@code image/png}; "" where only an address is known
         * @param base64 the bytes in base64 without a {@code data:} prefix; "" where only an address is known
         * @param address the picture's web address; "" where the bytes are given
         */
        record Image(String mediaType, String base64, String address) implements Part {}

        /** A part of a kind that only its own dialect knows (audio, files): carried as written. */
        record Other(String type, RawJson json) implements Part {}
    }

    /**
     * A call of a tool.
     *
     * @param id the caller's id for it; "" where the dialect has none
     * @param arguments the arguments as one JSON object
     */
    public record ToolCall(String id, String name, RawJson arguments) {}
}
