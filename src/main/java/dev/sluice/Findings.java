package dev.sluice;

import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.Catalogue;
import dev.sluice.provider.Kind;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import java.util.ArrayList;
import java.util.List;

/** What a gateway says about itself when it starts. */
final class Findings {
    private Findings() {}

    static List<String> of(Settings settings, Gateway gateway) {
        List<String> lines = new ArrayList<>();
        lines.add("Settings from " + settings.source() + "; data in "
                + (settings.booking() ? settings.data().toString() : "nowhere (booking is off)") + ".");
        boolean sandboxOnly = true;
        for (ProviderConfig provider : settings.offer().providers()) {
            boolean sandbox = provider.kind().name().equals(Sandbox.NAME);
            sandboxOnly &= sandbox;
            lines.add("  " + provider.name() + ": "
                    + (sandbox
                            ? "built in, no model behind it"
                            : provider.address().toString())
                    + (provider.key().isPresent() ? ", with a key" : "")
                    + (provider.free() ? ", free" : ""));
        }
        if (settings.offer().providers().isEmpty()) {
            lines.add("No provider has a key, so every call will be refused with 503.");
            lines.add("Set one of " + String.join(", ", keyVariables()) + ", or add a local server under 'providers'.");
        } else if (sandboxOnly) {
            lines.add("No provider was found, so the sandbox answers: deterministic text, no model behind it.");
            lines.add(
                    "Set one of " + String.join(", ", keyVariables()) + ", or start Ollama or vLLM, and start again.");
        } else {
            lines.add("Backend mode: " + gateway.mode().word() + ".");
            List<String> without = withoutKey(settings);
            if (!without.isEmpty()) {
                lines.add("Left out, because no key is set: " + String.join(", ", without) + ".");
            }
        }
        return lines;
    }

    private static List<String> keyVariables() {
        return Catalogue.kinds().stream()
                .map(Kind::keyVariable)
                .filter(variable -> !variable.isEmpty())
                .toList();
    }

    private static List<String> withoutKey(Settings settings) {
        List<String> names = new ArrayList<>();
        for (Kind kind : Catalogue.kinds()) {
            boolean setUp = settings.offer().providers().stream()
                    .anyMatch(provider ->
                            provider.kind().equals(kind) && provider.key().isPresent());
            if (!kind.keyVariable().isEmpty() && !setUp) {
                names.add(kind.name() + " (" + kind.keyVariable() + ")");
            }
        }
        return names;
    }
}
