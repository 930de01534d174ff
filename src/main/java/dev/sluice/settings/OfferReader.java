package dev.sluice.settings;

import dev.sluice.config.Nearest;
import dev.sluice.config.Secret;
import dev.sluice.config.Section;
import dev.sluice.config.SettingsException;
import dev.sluice.dialect.ThinkingAbility;
import dev.sluice.model.Operation;
import dev.sluice.provider.AfterCancel;
import dev.sluice.provider.Catalogue;
import dev.sluice.provider.Kind;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.routing.BackendMode;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.routing.ModelMap;
import dev.sluice.routing.ModelName;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads who can be asked for what: {@code providers}, {@code models}, {@code model-map} and {@code backend-mode}. A
 * mistake is told with its file, line and path.
 */
final class OfferReader {
    private final Section root;
    private final Environment environment;
    private final List<Settings.Keyless> keyless = new ArrayList<>();

    private OfferReader(Section root, Environment environment) {
        this.root = root;
        this.environment = environment;
    }

    static Settings.Offer read(Section root, Environment environment) {
        return new OfferReader(root, environment).offer();
    }

    private Settings.Offer offer() {
        Section providers = root.section("providers");
        Section models = root.section("models");
        Settings.Offer offer = new Settings.Offer(
                mode(), providers(providers), List.copyOf(keyless), chains(models, providers.names()), modelMap());
        refuseUnreachable(models, offer);
        return offer;
    }

    private BackendMode mode() {
        return root.value("backend-mode", BackendMode::of)
                .or(() -> mode(environment))
                .orElse(BackendMode.OLLAMA);
    }

    /** What the environment says; empty where it says nothing. */
    static Optional<BackendMode> mode(Environment environment) {
        try {
            return environment.get("BACKEND_MODE").map(BackendMode::of);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException("BACKEND_MODE: " + wrong.getMessage());
        }
    }

    private List<ProviderConfig> providers(Section section) {
        List<ProviderConfig> providers = new ArrayList<>();
        for (String name : section.names()) {
            if (!name.matches("[a-z0-9][a-z0-9._-]{0,39}")) {
                throw section.wrong(name, "a provider's name is lower-case letters, digits, dots and dashes");
            }
            provider(name, section.section(name)).ifPresent(providers::add);
        }
        return providers;
    }

    /** A cloud provider without a key is left out; chains that name it go on to the next one. */
    private Optional<ProviderConfig> provider(String name, Section section) {
        String kindName = section.text("kind").orElse(name);
        Kind kind = Catalogue.find(kindName).orElseThrow(() -> unknownKind(section, kindName));
        URI address = section.value("url", URI::create)
                .or(() -> Composition.address(kind, environment))
                .orElseThrow(() -> section.wrong("needs a 'url', such as http://127.0.0.1:8000/v1"));
        Optional<Secret> key = section.text("key")
                .or(() -> environment.get(kind.keyVariable()))
                .filter(text -> !text.isBlank())
                .map(Secret::new);
        try {
            ProviderConfig config = new ProviderConfig(
                    name,
                    kind,
                    address,
                    key,
                    free(section, kind, address),
                    section.integer("concurrency", ProviderConfig.CONCURRENCY),
                    section.integer("queue", ProviderConfig.QUEUE),
                    section.duration("first-content", ProviderConfig.FIRST_CONTENT),
                    section.duration("whole-answer", ProviderConfig.WHOLE_ANSWER),
                    section.duration("idle", ProviderConfig.IDLE),
                    windows(section),
                    thinking(section),
                    section.number("max-output").map(OptionalLong::of).orElse(OptionalLong.empty()),
                    section.integer("embed-batch", kind.embedBatch()),
                    section.value("after-cancel", AfterCancel::of).orElse(kind.afterCancel()));
            if (kind.local() || key.isPresent()) {
                return Optional.of(config);
            }
            keyless.add(new Settings.Keyless(name, kind.keyVariable()));
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(String.valueOf(wrong.getMessage()));
        }
    }

    /** Unknown is never zero: what stands in the wide world may cost money, so its owner has to say. */
    private static boolean free(Section section, Kind kind, URI address) {
        if (kind.isAnywhere() && !section.has("free") && !Neighbourhood.holds(address)) {
            throw section.wrong(
                    "stands at " + address.getHost() + " and does not say whether its calls cost money: write"
                            + " 'free: false' and its prices into a file under 'prices', or 'free: true'");
        }
        return section.flag("free", kind.local());
    }

    private static RuntimeException unknownKind(Section section, String kindName) {
        List<String> kinds = Catalogue.kinds().stream().map(Kind::name).toList();
        String nearest = Nearest.to(kindName, kinds);
        return section.wrong("'" + kindName + "' is not a known kind of provider"
                + (nearest.isEmpty() ? "." : "; did you mean '" + nearest + "'?")
                + " For any OpenAI-style server write 'kind: openai-compatible' and its 'url'");
    }

    private static Map<String, Long> windows(Section section) {
        Section context = section.section("context");
        Map<String, Long> windows = new LinkedHashMap<>();
        for (String model : context.names()) {
            context.number(model).ifPresent(tokens -> windows.put(model, tokens));
        }
        return windows;
    }

    private static Map<String, ThinkingAbility> thinking(Section section) {
        Section models = section.section("thinking");
        Map<String, ThinkingAbility> abilities = new LinkedHashMap<>();
        for (String model : models.names()) {
            models.value(model, ThinkingAbility::of).ifPresent(ability -> abilities.put(model, ability));
        }
        return abilities;
    }

    private Map<String, String> modelMap() {
        Section section = root.section("model-map");
        refuseTwins(section);
        Map<String, String> map = new LinkedHashMap<>();
        for (String name : section.names()) {
            section.text(name).ifPresent(model -> map.put(name, model));
        }
        return map;
    }

    private Map<String, Chain> chains(Section section, List<String> providers) {
        refuseTwins(section);
        Map<String, Chain> chains = new LinkedHashMap<>();
        for (String model : section.names()) {
            if (model.isBlank()) {
                throw section.wrong(model, "a model needs a name that clients can ask for");
            }
            if (section.isSection(model)) {
                Section chain = section.section(model);
                Chain.Order order = chain.value("order", OfferReader::order).orElse(Chain.Order.PRICE);
                chains.put(model, new Chain(hops(chain, "chain", providers), order));
            } else {
                chains.put(model, new Chain(hops(section, model, providers), Chain.Order.PRICE));
            }
        }
        return chains;
    }

    /** Two names of one model would take each other's place, as a key does that is written twice. */
    private static void refuseTwins(Section section) {
        Map<String, String> seen = new HashMap<>();
        for (String name : section.names()) {
            Optional<String> twin =
                    Optional.ofNullable(seen.put(ModelName.of(name).key(), name));
            if (twin.isPresent()) {
                throw section.wrong(
                        name,
                        "is the same model as '" + twin.get()
                                + "', for case, ':latest' and a mark such as ':cloud' make no other; keep one of them");
            }
        }
    }

    /** By its mark a name may mean something else than the chain that stands under it. */
    private static void refuseUnreachable(Section models, Settings.Offer offer) {
        models.names().stream()
                .filter(name -> ModelName.of(name).source() != ModelName.Source.UNSAID)
                .filter(name -> !reaches(name, offer))
                .findFirst()
                .ifPresent(name -> {
                    throw models.wrong(
                            name,
                            "is never asked here: with a cloud mark a name goes to a provider in the cloud only, with"
                                    + " ':local' to the own server, whatever stands under it; take the mark out");
                });
    }

    private static boolean reaches(String name, Settings.Offer offer) {
        ModelMap map = new ModelMaps(offer, List.of()).newest();
        return map.resolve(name, Operation.CHAT, offer.mode()) instanceof ModelMap.Resolution.Found(Chain found)
                && Optional.ofNullable(offer.chains().get(name))
                        .filter(chain -> chain.hops().containsAll(found.hops()))
                        .isPresent();
    }

    private static Chain.Order order(String word) {
        return switch (word) {
            case "price" -> Chain.Order.PRICE;
            case "written" -> Chain.Order.WRITTEN;
            default -> throw new IllegalArgumentException("must be 'price' or 'written', not '" + word + "'");
        };
    }

    private static List<Hop> hops(Section section, String name, List<String> providers) {
        List<Hop> hops = new ArrayList<>();
        for (String text : section.texts(name)) {
            Hop hop = Hop.parse(text)
                    .orElseThrow(() -> section.wrong(name, "'" + text + "' must look like provider/model"));
            if (!providers.contains(hop.provider())) {
                String nearest = Nearest.to(hop.provider(), providers);
                throw section.wrong(
                        name,
                        "there is no provider '" + hop.provider() + "' under 'providers'"
                                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
            }
            hops.add(hop);
        }
        if (hops.isEmpty()) {
            throw section.wrong(name, "needs at least one provider/model");
        }
        return hops;
    }
}
