package dev.sluice;

import dev.sluice.pipeline.Gateway;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.Provider;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.routing.ModelName;
import dev.sluice.settings.ModelMaps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The models that servers list, so that names nobody mapped are found too. Thread-safe. */
final class ModelLists {
    private final Fleet fleet;
    private final Inquiry inquiry;
    private final ModelMaps maps;
    private final Gateway gateway;
    private final Map<String, Map<String, Long>> lists = new HashMap<>();
    private final Map<String, List<String>> ofOllama = new HashMap<>();

    ModelLists(Fleet fleet, Inquiry inquiry, ModelMaps maps, Gateway gateway) {
        this.fleet = fleet;
        this.inquiry = inquiry;
        this.maps = maps;
        this.gateway = gateway;
    }

    /** Asks every server that lists its models; one that does not answer in time keeps the names it had. Blocks. */
    synchronized void refresh() {
        for (Provider provider : fleet.all()) {
            if (ModelMaps.lists(provider)) {
                inquiry.openAiModels(
                                provider.config().address(), provider.config().key())
                        .ifPresent(models -> {
                            lists.put(provider.name(), models);
                            provider.windowsFound(models);
                        });
            } else if (provider.config().isOllama()) {
                inquiry.ollamaModels(provider.config().address())
                        .ifPresent(names -> ofOllama.put(provider.name(), names));
            }
        }
        maps.use(ModelMaps.listed(fleet, lists), ofOllama, gateway);
    }

    /** The first model of a local server that runs there and is none for embeddings. Blocks for a moment. */
    Optional<String> firstLocal() {
        return fleet.all().stream()
                .filter(provider -> provider.config().isOwn())
                .filter(provider -> !Sandbox.serves(provider.config()))
                .flatMap(this::names)
                .filter(name -> !name.contains("embed"))
                .filter(name -> ModelName.of(name).source() != ModelName.Source.CLOUD)
                .findFirst();
    }

    private Stream<String> names(Provider provider) {
        ProviderConfig config = provider.config();
        return switch (config.kind().dialect()) {
            case OLLAMA -> inquiry.ollamaModels(config.address()).stream().flatMap(List::stream);
            case OPENAI -> inquiry.openAiModels(config.address(), config.key()).orElse(Map.of()).keySet().stream();
        };
    }
}
