package dev.sluice.http;

import dev.sluice.dialect.Profile;
import dev.sluice.http.Listing.Model;
import dev.sluice.model.Dialect;
import dev.sluice.model.Operation;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.Kind;
import dev.sluice.provider.Provider;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelMap;
import dev.sluice.routing.ModelName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which models this gateway serves under which names, as far as it knows without asking a server. */
final class Models {
    private final Gateway gateway;

    Models(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The models of the settings, the model map (in vLLM mode) and the providers' catalogues, each once. */
    List<Model> known() {
        ModelMap map = gateway.models();
        Map<String, Model> models = new LinkedHashMap<>();
        map.chains().forEach((name, chain) -> add(models, name, chain.hops().getFirst()));
        if (gateway.mode() == BackendMode.VLLM) {
            map.served().keySet().forEach(name -> resolve(name).ifPresent(hop -> add(models, name, hop)));
            map.vllmListed().forEach((name, hop) -> add(models, name, hop));
        }
        map.cloudCatalogue().forEach((name, chain) -> {
            if (!isOllamas(name)) {
                add(models, name, chain.hops().getFirst());
            }
        });
        if (!map.everything().isEmpty()) {
            add(models, "sandbox", new Hop(map.everything(), "sandbox"));
        }
        List<Model> listed = new ArrayList<>(models.values());
        listed.sort(Comparator.comparing(Model::name));
        return listed;
    }

    /** The server tells of these itself, and better. */
    private boolean isOllamas(String name) {
        return gateway.mode() == BackendMode.OLLAMA
                && gateway.models().ollamaListed().contains(name);
    }

    private void add(Map<String, Model> models, String name, Hop hop) {
        Optional<Provider> provider = gateway.parts().fleet().find(hop.provider());
        long context = provider.map(at -> at.target(hop.model(), hop.thinking()).contextLimit())
                .orElse(0L);
        boolean embedding = hop.provider().equals("vllm-embed") || name.contains("embed");
        List<String> capabilities = embedding
                ? List.of("embedding")
                : provider.map(at -> abilities(at, hop)).orElse(List.of("completion"));
        models.putIfAbsent(name, new Model(name, hop.provider(), context, capabilities));
    }

    /**
     * Servers do not tell what a model can do. Tools are taken for granted until one has refused them, because editors
     * leave out every model that does not name them; thinking is named where the settings say so of the model, or every
     * model of the provider has it.
     */
    private static List<String> abilities(Provider provider, Hop hop) {
        List<String> abilities = new ArrayList<>(List.of("completion"));
        if (!provider.standing().lacks(hop.model(), "tools")) {
            abilities.add("tools");
        }
        if (thinks(provider.target(hop.model(), hop.thinking()).profile())) {
            abilities.add("thinking");
        }
        return abilities;
    }

    private static boolean thinks(Profile profile) {
        return switch (profile.ability()) {
            case NEVER -> false;
            case SWITCH, LEVELS -> true;
            case UNKNOWN -> profile.thinking() == Profile.ThinkingStyle.SWITCH;
        };
    }

    private Optional<Hop> resolve(String name) {
        for (Operation operation : List.of(Operation.CHAT, Operation.EMBEDDING)) {
            if (gateway.models().resolve(name, operation, gateway.mode()) instanceof ModelMap.Resolution.Found found) {
                return Optional.of(found.chain().hops().getFirst());
            }
        }
        return Optional.empty();
    }

    Optional<Model> find(String name) {
        String key = ModelName.key(name);
        return known().stream()
                .filter(model -> ModelName.key(model.name()).equals(key))
                .findFirst();
    }

    /** Where a model is, and what it is called there. */
    record Seat(Provider server, String model) {

        /** Whether that is the model's own name, with or without its server before it, and no other of ours for it. */
        boolean isCalled(String name) {
            String key = ModelName.of(name).key();
            return key.equals(ModelName.key(model)) || key.equals(ModelName.key(server.name() + "/" + model));
        }
    }

    /** Where a name leads, if that is first of all to an Ollama of the user's own. */
    Optional<Seat> atOllama(String name) {
        return resolve(name)
                .flatMap(hop -> gateway.parts()
                        .fleet()
                        .find(hop.provider())
                        .filter(provider -> isOllama(provider.config().kind()))
                        .map(provider -> new Seat(provider, hop.model())));
    }

    private static boolean isOllama(Kind kind) {
        return kind.local() && kind.dialect() == Dialect.OLLAMA;
    }

    /** The Ollama server that stands behind everything, in Ollama mode, where there is one. */
    Optional<Provider> ollama() {
        if (gateway.mode() != BackendMode.OLLAMA) {
            return Optional.empty();
        }
        return Optional.ofNullable(gateway.models().local().get(BackendMode.OLLAMA))
                .flatMap(backend -> gateway.parts().fleet().find(backend.text()));
    }
}
