package dev.sluice.routing;

import dev.sluice.model.Operation;
import dev.sluice.model.Thinking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client's model name means. Immutable.
 *
 * @param chains logical models of the settings, by {@link ModelName#key}
 * @param served names of a local Ollama world and what vLLM calls them, by {@link ModelName#key}
 * @param cloudCatalogue for names that only a cloud provider knows: providers and models by {@link ModelName#key}
 * @param retired given-up names by {@link ModelName#key}
 * @param providers names of all providers set up
 * @param cloudProvider where names with a cloud mark go that no chain lists; "" where there is none
 * @param vllmListed names that the local vLLM servers list, and which server lists them
 * @param ollamaListed names that the local Ollama lists, by {@link ModelName#key}
 * @param everything answers any name that nothing else answers: the sandbox; "" where there is none
 */
public record ModelMap(
        Map<String, Chain> chains,
        Map<String, String> served,
        Map<String, Chain> cloudCatalogue,
        Map<String, Hop> retired,
        Set<String> providers,
        Map<BackendMode, LocalBackend> local,
        String cloudProvider,
        Map<String, Hop> vllmListed,
        Set<String> ollamaListed,
        String everything) {

    public ModelMap {
        chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
        served = Map.copyOf(served);
        cloudCatalogue = Map.copyOf(cloudCatalogue);
        retired = Map.copyOf(retired);
        providers = Set.copyOf(providers);
        local = Map.copyOf(local);
        vllmListed = Map.copyOf(vllmListed);
        ollamaListed = Set.copyOf(ollamaListed);
    }

    /** The local servers of one mode; for vLLM text and embeddings are two. "" where one is missing. */
    public record LocalBackend(String text, String embeddings) {}

    /** What a name turned out to be. */
    public sealed interface Resolution {
        record Found(Chain chain) implements Resolution {}

        record Unknown() implements Resolution {}

        /** The name contradicts itself. */
        record Conflict() implements Resolution {}
    }

    private static final Resolution UNKNOWN = new Resolution.Unknown();

    /** @param operation embeddings may have a server of their own */
    public Resolution resolve(String written, Operation operation, BackendMode mode) {
        ModelName name = ModelName.of(written);
        return switch (name.source()) {
            case CONFLICT -> new Resolution.Conflict();
            case CLOUD -> cloud(name);
            case LOCAL ->
                direct(name.bare())
                        .map(hop -> marked(hop, isLocal(hop.provider())))
                        .orElseGet(() -> ownOrAnything(own(name, operation, mode), name));
            case UNSAID -> anywhere(written, name, operation, mode);
        };
    }

    private Resolution anywhere(String written, ModelName name, Operation operation, BackendMode mode) {
        Optional<Chain> meant = Optional.ofNullable(chains.get(name.key()))
                .or(() -> direct(written).map(Chain::of));
        if (meant.isPresent()) {
            return new Resolution.Found(meant.get());
        }
        Optional<Hop> own = own(name, operation, mode);
        // What one has oneself need not be bought.
        return has(own, name, mode)
                ? ownOrAnything(own, name)
                : bought(name).<Resolution>map(Resolution.Found::new).orElseGet(() -> ownOrAnything(own, name));
    }

    /** A vLLM says by its answer what it serves; an Ollama takes any name, so that its list must have it. */
    private boolean has(Optional<Hop> own, ModelName name, BackendMode mode) {
        return own.isPresent()
                && switch (mode) {
                    case VLLM -> true;
                    case OLLAMA -> ollamaListed.contains(name.key());
                };
    }

    private Optional<Chain> bought(ModelName name) {
        return Optional.ofNullable(retired.get(name.key()))
                .map(Chain::of)
                .or(() -> Optional.ofNullable(cloudCatalogue.get(name.key())));
    }

    /** {@code provider/model}, where the part before the first slash is a provider set up here. */
    private Optional<Hop> direct(String written) {
        int slash = written.indexOf('/');
        if (slash <= 0 || slash == written.length() - 1 || !providers.contains(written.substring(0, slash))) {
            return Optional.empty();
        }
        return Optional.of(new Hop(written.substring(0, slash), written.substring(slash + 1)));
    }

    /** A cloud mark never falls back to a local model. */
    private Resolution cloud(ModelName name) {
        Chain chain = chains.get(name.key());
        if (chain != null) {
            List<Hop> cloudHops = new ArrayList<>(chain.hops());
            cloudHops.removeIf(hop -> isLocal(hop.provider()));
            if (!cloudHops.isEmpty()) {
                return new Resolution.Found(new Chain(cloudHops, chain.order()));
            }
        }
        Optional<Hop> direct = direct(name.bare());
        if (direct.isPresent()) {
            return marked(direct.get(), !isLocal(direct.get().provider()));
        }
        if (cloudProvider.isEmpty()) {
            return UNKNOWN;
        }
        return new Resolution.Found(Chain.of(new Hop(cloudProvider, name.bare(), Thinking.DEFAULT)));
    }

    /** A name that says both whose server is asked and, by its mark, what kind of server that is. */
    private static Resolution marked(Hop hop, boolean ofThatKind) {
        return ofThatKind ? new Resolution.Found(Chain.of(hop)) : new Resolution.Conflict();
    }

    private boolean isLocal(String provider) {
        return local.values().stream()
                .anyMatch(backend ->
                        backend.text().equals(provider) || backend.embeddings().equals(provider));
    }

    private Resolution ownOrAnything(Optional<Hop> own, ModelName name) {
        Optional<Hop> hop = own.isPresent() || everything.isEmpty()
                ? own
                : Optional.of(new Hop(everything, name.bare(), Thinking.DEFAULT));
        return hop.<Resolution>map(found -> new Resolution.Found(Chain.of(found)))
                .orElse(UNKNOWN);
    }

    /** The local server that answers to the name in this mode. */
    private Optional<Hop> own(ModelName name, Operation operation, BackendMode mode) {
        if (!local.containsKey(mode)) {
            return Optional.empty();
        }
        LocalBackend backend = local.get(mode);
        String server = operation == Operation.EMBEDDING ? backend.embeddings() : backend.text();
        return switch (mode) {
            case OLLAMA -> server.isEmpty() ? Optional.empty() : Optional.of(new Hop(server, name.bare()));
            case VLLM -> served(name, server);
        };
    }

    private Optional<Hop> served(ModelName name, String server) {
        String servedName = served.get(name.key());
        if (servedName != null && !server.isEmpty()) {
            return Optional.of(new Hop(server, servedName));
        }
        return Optional.ofNullable(vllmListed.get(name.key()));
    }
}
