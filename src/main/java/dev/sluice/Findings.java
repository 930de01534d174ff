package dev.sluice;

import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.settings.Cautions;
import dev.sluice.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a gateway says about itself when it starts. */
final class Findings {
    private Findings() {}

    static List<String> of(Settings settings, Gateway gateway) {
        List<String> lines = new ArrayList<>();
        lines.add("Settings from " + settings.source() + "; data in "
                + (settings.booking() ? settings.data().toString() : "nowhere (booking is off)") + ".");
        settings.shared().ifPresent(shared -> lines.add("Budgets and tiers are shared " + shared.describe() + "."));
        lines.addAll(Cautions.of(settings, gateway.parts().clock().instant()));
        List<ProviderConfig> providers = settings.offer().providers();
        providers.forEach(provider -> lines.add("  " + describe(provider)));
        if (providers.isEmpty()) {
            lines.addAll(nobody(settings.offer().keyless()));
            return lines;
        }
        if (providers.stream().allMatch(Findings::isSandbox)) {
            if (settings.source().equals(Settings.SURROUNDINGS)) {
                lines.addAll(nothingFound(settings.offer().keyless()));
                return lines;
            }
            lines.add("Only the sandbox answers: deterministic text, no model behind it.");
        }
        lines.add("Backend mode: " + gateway.mode().word() + ".");
        if (!settings.offer().keyless().isEmpty()) {
            lines.add("Left out, because no key is set: "
                    + settings.offer().keyless().stream()
                            .map(out -> out.provider() + " (" + out.variable() + ")")
                            .collect(Collectors.joining(", ", "", ".")));
        }
        return lines;
    }

    private static boolean isSandbox(ProviderConfig provider) {
        return provider.kind().name().equals(Sandbox.NAME);
    }

    private static String describe(ProviderConfig provider) {
        return provider.name() + ": "
                + (isSandbox(provider)
                        ? "built in, no model behind it"
                        : provider.address().toString())
                + (provider.key().isPresent() ? ", with a key" : "")
                + (provider.free() ? ", free" : "");
    }

    /** With a file nothing is guessed, so a key in the environment helps only those whom the file names. */
    private static List<String> nobody(List<Settings.Keyless> keyless) {
        return keyless.isEmpty()
                ? List.of(
                        "The settings name no provider, so every call will be refused with 503.",
                        "Add one under 'providers', such as a local server, or 'deepseek: {}' with DEEPSEEK_API_KEY set.")
                : List.of(
                        "No provider has a key, so every call will be refused with 503.",
                        set(keyless) + ", or add a local server under 'providers'.");
    }

    private static List<String> nothingFound(List<Settings.Keyless> keyless) {
        return List.of(
                "No provider was found, so the sandbox answers: deterministic text, no model behind it.",
                set(keyless) + ", or start Ollama or vLLM, and start again.");
    }

    private static String set(List<Settings.Keyless> keyless) {
        List<String> variables =
                keyless.stream().map(Settings.Keyless::variable).distinct().toList();
        return (variables.size() == 1 ? "Set " : "Set one of ") + String.join(", ", variables);
    }

    /**
     * A call for people to try. It never holds a key.
     *
     * @param open whether everybody may call without one
     */
    static String example(String address, String model, boolean open) {
        return "Try it" + (open ? "" : " with a key in SLUICE_KEY") + ":  curl " + address + "/api/chat"
                + (open ? "" : " -H \"Authorization: Bearer $SLUICE_KEY\"") + " -d '{\"model\": \"" + model
                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'";
    }
}
