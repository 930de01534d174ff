package dev.sluice.settings;

import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.provider.Catalogue;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.Kind;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelName;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the gateway makes of its surroundings where there is no settings file: keys in the environment, local servers. */
public final class Composition {

    private static final String DEEPSEEK_MODEL = "deepseek-v3.2";

    /** One cloud model at several sellers, the reason this program exists. */
    private static final List<Hop> DEEPSEEK_CHAIN = List.of(
            new Hop("deepseek", "deepseek-flash"),
            new Hop("openrouter", "deepseek/deepseek-v3.2"),
            new Hop("ollama-cloud", "deepseek-v4-flash"));

    private static final Map<String, String> MODEL_MAP = Map.of(
            "exaone3.5:7.8b", "LGAI-EXAONE/EXAONE-4.0-32B-AWQ",
            "daynice/kure-v1", "nlpai-lab/KURE-v1");

    private final Environment environment;
    private final Inquiry inquiry;

    public Composition(Environment environment, Inquiry inquiry) {
        this.environment = environment;
        this.inquiry = inquiry;
    }

    /** Settings without a file. */
    public Settings compose() {
        List<ProviderConfig> providers = providers();
        return SettingsReader.read(Settings.SURROUNDINGS, Section.empty(), environment)
                .with(new Settings.Offer(mode(providers), providers, keyless(), chains(providers), MODEL_MAP));
    }

    private List<ProviderConfig> providers() {
        List<ProviderConfig> found = new ArrayList<>();
        for (Kind kind : Catalogue.kinds()) {
            Optional<URI> address = address(kind, environment);
            Optional<Secret> key = environment.get(kind.keyVariable()).map(Secret::new);
            boolean there = kind.local() ? isRunning(kind, address) : key.isPresent();
            if (there && address.isPresent()) {
                found.add(provider(kind, address.get(), key));
            }
        }
        if (found.isEmpty()) {
            Kind sandbox = Catalogue.find(Sandbox.NAME).orElseThrow();
            found.add(ProviderConfig.of(sandbox.name(), sandbox, URI.create(sandbox.address()), Optional.empty()));
        }
        return found;
    }

    private static ProviderConfig provider(Kind kind, URI address, Optional<Secret> key) {
        try {
            return ProviderConfig.of(kind.name(), kind, address, key);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(String.valueOf(wrong.getMessage()));
        }
    }

    private List<Settings.Keyless> keyless() {
        return Catalogue.kinds().stream()
                .filter(kind ->
                        !kind.local() && environment.get(kind.keyVariable()).isEmpty())
                .map(kind -> new Settings.Keyless(kind.name(), kind.keyVariable()))
                .toList();
    }

    private boolean isRunning(Kind kind, Optional<URI> address) {
        if (kind.addressVariable().isEmpty() || address.isEmpty()) {
            return false;
        }
        boolean named = environment.get(kind.addressVariable()).isPresent();
        return switch (kind.dialect()) {
            case OLLAMA -> named || inquiry.isOllama(address.get());
            case OPENAI ->
                named || inquiry.openAiModels(address.get(), Optional.empty()).isPresent();
        };
    }

    /** The kind's address, overridden by the variable that its own SDK reads. */
    static Optional<URI> address(Kind kind, Environment environment) {
        Optional<String> named =
                kind.addressVariable().isEmpty() ? Optional.empty() : environment.get(kind.addressVariable());
        return named.map(written -> NamedAddress.of(kind, written))
                .or(() -> Optional.of(kind.address())
                        .filter(address -> !address.isEmpty())
                        .map(URI::create));
    }

    private BackendMode mode(List<ProviderConfig> providers) {
        boolean onlyVllm = has(providers, "vllm") && !has(providers, "ollama");
        return OfferReader.mode(environment).orElse(onlyVllm ? BackendMode.VLLM : BackendMode.OLLAMA);
    }

    private static boolean has(List<ProviderConfig> providers, String name) {
        return providers.stream().anyMatch(provider -> provider.name().equals(name));
    }

    /** Nobody wrote this chain, so it yields to an Ollama of one's own that has a model of its name. */
    private Map<String, Chain> chains(List<ProviderConfig> providers) {
        List<Hop> hops = DEEPSEEK_CHAIN.stream()
                .filter(hop -> has(providers, hop.provider()))
                .toList();
        Map<String, Chain> chains = new LinkedHashMap<>();
        if (!hops.isEmpty() && !isListed(DEEPSEEK_MODEL, providers)) {
            chains.put(DEEPSEEK_MODEL, new Chain(hops, Chain.Order.PRICE));
        }
        return chains;
    }

    private boolean isListed(String model, List<ProviderConfig> providers) {
        return providers.stream()
                .filter(ProviderConfig::isOllama)
                .flatMap(ollama -> inquiry.ollamaModels(ollama.address()).stream())
                .flatMap(List::stream)
                .anyMatch(name -> ModelName.key(name).equals(model));
    }
}
