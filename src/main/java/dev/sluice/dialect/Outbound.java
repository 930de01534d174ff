package dev.sluice.dialect;

import java.util.List;

/**
 * A request ready for one provider.
 *
 * @param path below the provider's base address, such as {@code /chat/completions}; for OpenAI-style providers the base
 *     address ends where their SDKs' base address ends (usually in {@code /v1})
 * @param stream whether the provider was asked to stream
 * @param dropped names of what the client asked for and this provider cannot be told
 */
public record Outbound(String path, Slices body, boolean stream, List<String> dropped) {
    public Outbound {
        dropped = List.copyOf(dropped);
    }
}
