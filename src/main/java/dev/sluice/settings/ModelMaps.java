package dev.sluice.settings;

import dev.sluice.ledger.price.PriceRow;
import dev.sluice.model.Dialect;
import dev.sluice.model.Thinking;
import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Kind;
import dev.sluice.provider.Provider;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelMap;
import dev.sluice.routing.ModelName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts together what each model name means: settings, providers, price book and what local servers list. Each of these may
 * change at any moment, by different threads; the gateway always gets the map of all the newest.
 */
public final class ModelMaps {
    private Settings.Offer offer;
    private List<PriceRow> prices;
    private Map<String, Hop> listed = Map.of();
    private Map<String, List<String>> ofOllama = Map.of();

    public ModelMaps(Settings.Offer offer, List<PriceRow> prices) {
        this.offer = offer;
        this.prices = prices;
    }

    /** Another offer and other prices from now on. */
    public synchronized void use(Settings.Offer next, List<PriceRow> rows, Gateway gateway) {
        offer = next;
        prices = rows;
        hand(gateway);
    }

    /**
     * @param found what OpenAI-style servers list from now on, by the name compared
     * @param names what each Ollama server lists
     */
    public synchronized void use(Map<String, Hop> found, Map<String, List<String>> names, Gateway gateway) {
        listed = found;
        ofOllama = Map.copyOf(names);
        hand(gateway);
    }

    private void hand(Gateway gateway) {
        ModelMap next = newest();
        if (!next.equals(gateway.models())) {
            gateway.use(next);
        }
    }

    /** Of all that is known by now. */
    public synchronized ModelMap newest() {
        return new ModelMap(
                chains(),
                served(),
                sold(),
                retired(),
                offer.providers().stream().map(ProviderConfig::name).collect(Collectors.toSet()),
                local(),
                ofKind("ollama-cloud"),
                listed,
                ollamaListed(),
                ofKind(Sandbox.NAME));
    }

    private Map<String, Chain> chains() {
        Map<String, Chain> chains = new LinkedHashMap<>();
        offer.chains().forEach((name, chain) -> chains.put(ModelName.of(name).key(), chain));
        return chains;
    }

    private Map<String, String> served() {
        Map<String, String> served = new LinkedHashMap<>();
        offer.modelMap().forEach((name, model) -> served.put(ModelName.of(name).key(), model));
        return served;
    }

    /**
     * Models with a price at a provider set up here, at every such provider that sells them. Beside an Ollama of one's
     * own, a name without a cloud mark never means Ollama's cloud, as at Ollama itself. That nobody pays elsewhere for
     * what the own server has, the map sees to.
     */
    private Map<String, Chain> sold() {
        boolean ollama = !ofKind("ollama").isEmpty();
        Map<String, List<Hop>> sellers = new LinkedHashMap<>();
        for (PriceRow row : prices) {
            for (ProviderConfig provider : offer.providers()) {
                Hop hop = new Hop(provider.name(), row.model());
                List<Hop> hops = sellers.computeIfAbsent(ModelName.key(row.model()), _ -> new ArrayList<>());
                boolean needsMark = ollama && provider.kind().dialect() == Dialect.OLLAMA;
                boolean sells = provider.sellers().contains(row.provider()) && !provider.free() && !needsMark;
                if (sells && !hops.contains(hop)) {
                    hops.add(hop);
                }
            }
        }
        Map<String, Chain> sold = new LinkedHashMap<>();
        sellers.forEach((name, hops) -> {
            if (!hops.isEmpty()) {
                sold.put(name, new Chain(hops, Chain.Order.PRICE));
            }
        });
        return sold;
    }

    /** With their cloud marks: such an entry is a door to the cloud and no model that is here. */
    private Set<String> ollamaListed() {
        return ofOllama.getOrDefault(ofKind("ollama"), List.of()).stream()
                .map(ModelName::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Map<String, Hop> retired() {
        Map<String, Hop> retired = new LinkedHashMap<>();
        for (ProviderConfig provider : offer.providers()) {
            provider.kind()
                    .retired()
                    .forEach((old, today) -> retired.put(
                            ModelName.key(old),
                            new Hop(provider.name(), today.model(), today.thinking() ? Thinking.ON : Thinking.OFF)));
        }
        return retired;
    }

    private Map<BackendMode, ModelMap.LocalBackend> local() {
        Map<BackendMode, ModelMap.LocalBackend> local = new EnumMap<>(BackendMode.class);
        String ollama = ofKind("ollama");
        if (!ollama.isEmpty()) {
            local.put(BackendMode.OLLAMA, new ModelMap.LocalBackend(ollama, ollama));
        }
        String vllm = ofKind("vllm");
        String embeddings = ofKind("vllm-embed");
        if (!vllm.isEmpty() || !embeddings.isEmpty()) {
            local.put(BackendMode.VLLM, new ModelMap.LocalBackend(vllm, embeddings));
        }
        return local;
    }

    /** Whether a server of one's own is set up for the mode. */
    static boolean hasBackend(Settings.Offer offer, BackendMode mode) {
        return new ModelMaps(offer, List.of()).local().containsKey(mode);
    }

    /** The first provider of a kind; "" where there is none. */
    private String ofKind(String kind) {
        return offer.providers().stream()
                .filter(provider -> provider.kind().name().equals(kind))
                .map(ProviderConfig::name)
                .findFirst()
                .orElse("");
    }

    /** Kinds whose servers list their models. */
    public static boolean lists(Provider provider) {
        return lists(provider.config().kind());
    }

    public static boolean lists(Kind kind) {
        return Set.of("vllm", "vllm-embed", "openai-compatible").contains(kind.name());
    }

    /** Every name that one of these servers lists, the first server first. */
    public static Map<String, Hop> listed(Fleet fleet, Map<String, Map<String, Long>> lists) {
        Map<String, Hop> listed = new LinkedHashMap<>();
        for (Provider provider : fleet.all()) {
            for (String id : lists.getOrDefault(provider.name(), Map.of()).keySet()) {
                listed.putIfAbsent(ModelName.key(id), new Hop(provider.name(), id));
            }
        }
        return listed;
    }
}
