package dev.sluice;

import dev.sluice.account.Accounts;
import dev.sluice.dialect.ollama.OllamaBack;
import dev.sluice.dialect.ollama.OllamaFront;
import dev.sluice.dialect.openai.OpenAiBack;
import dev.sluice.dialect.openai.OpenAiFront;
import dev.sluice.http.GatewayServer;
import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.PriceBook;
import dev.sluice.ledger.PriceFile;
import dev.sluice.ledger.Reports;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.metric.Meters;
import dev.sluice.pipeline.Dialects;
import dev.sluice.pipeline.Doubts;
import dev.sluice.pipeline.Drains;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.Observe;
import dev.sluice.pipeline.Parts;
import dev.sluice.pipeline.Prices;
import dev.sluice.pipeline.Treasury;
import dev.sluice.provider.CreditWatch;
import dev.sluice.provider.FailureTable;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.Provider;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.provider.Sandbox;
import dev.sluice.provider.Standing;
import dev.sluice.routing.ModelMap;
import dev.sluice.store.keys.KeyWatch;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Puts the program together: every {@code new} that joins two rooms stands here. */
final class Wiring implements AutoCloseable {
    private static final Duration LIST_PERIOD = Duration.ofSeconds(30);

    private final Settings settings;
    private final Inquiry inquiry;
    private final Fleet fleet;
    private final Books books;
    private final Gateway gateway;
    private final GatewayServer server;
    private final CreditWatch creditWatch;
    private final Optional<DoubtResolver> doubts;
    private final ModelMaps maps;
    private final KeyWatch keys;
    private final Alerting alerting;
    private final Map<String, Map<String, Long>> lists = new HashMap<>();
    private final Thread listWatch;

    private Wiring(
            Settings settings,
            Inquiry inquiry,
            Fleet fleet,
            Books books,
            Gateway gateway,
            GatewayServer server,
            ModelMaps maps,
            KeyWatch keys,
            Alerting alerting) {
        this.settings = settings;
        this.alerting = alerting;
        this.keys = keys;
        this.inquiry = inquiry;
        this.fleet = fleet;
        this.books = books;
        this.gateway = gateway;
        this.server = server;
        this.maps = maps;
        this.doubts = books.reports()
                .map(reports -> new DoubtResolver(new Doubts(
                        reports,
                        books.ledger(),
                        gateway.parts().treasury().budgets(),
                        DoubtResolver.lookup(fleet, inquiry),
                        settings.allowances().inDoubt(),
                        gateway.parts().clock())));
        this.creditWatch = new CreditWatch(fleet, inquiry, settings.creditCheck());
        this.listWatch = Thread.ofVirtual().name("model-lists").start(this::watchLists);
    }

    /**
     * Starts everything.
     *
     * @throws IOException where the port or the data folder cannot be had
     */
    static Wiring start(Settings settings, Inquiry inquiry, String version) throws IOException {
        return start(settings, inquiry, version, Clocks.SYSTEM);
    }

    /** Starts everything by clocks of the caller's own. */
    static Wiring start(Settings settings, Inquiry inquiry, String version, Clocks clocks) throws IOException {
        Books.Opening opening = Books.open(settings, clocks); // The slowest part of a start waits for the disk.
        try {
            PriceBook prices = priceBook(settings.prices());
            Fleet fleet =
                    new Fleet(settings.offer().providers(), settings.bounds().breaker(), clocks.ticker());
            Meters meters = new Meters();
            gauges(meters, fleet);
            Alerting alerting = Alerting.start(settings.alerts(), meters, clocks.wall());
            ModelMaps maps = new ModelMaps(settings, prices.rows());
            Books books = opening.await();
            books.reports().ifPresent(alerting::watchDoubts);
            Treasury treasury = treasury(settings.allowances(), books.reports(), alerting.alarm(), clocks);
            Gateway.Repeats repeats = AnswerSettings.start(settings, books, clocks);
            Gateway gateway = new Gateway(
                    parts(
                            settings,
                            fleet,
                            books.ledger(),
                            prices,
                            treasury,
                            new Observe(meters, alerting.alarm()),
                            clocks),
                    settings.bounds().rates(),
                    repeats,
                    maps.with(Map.of()),
                    settings.offer().mode());
            Accounts accounts = KeySettings.accounts(settings, clocks.wall());
            KeyWatch keys = KeyWatch.start(
                    KeySettings.store(settings, clocks.wall()), made -> accounts.use(made.ring(), made.pepper()));
            GatewayServer server = GatewayServer.start(
                    listen(settings),
                    new GatewayServer.Behind(
                            gateway, accounts, keys, alerting.alerts(), meters, books.reports(), version));
            return new Wiring(settings, inquiry, fleet, books, gateway, server, maps, keys, alerting);
        } catch (IOException | RuntimeException failed) {
            opening.closeAfter(failed);
            throw failed;
        }
    }

    static PriceBook priceBook(Optional<Path> own) throws IOException {
        PriceBook shipped = PriceBook.shipped();
        return own.isPresent() ? shipped.overriddenBy(PriceFile.read(own.get())) : shipped;
    }

    private static Treasury treasury(Allowances allowances, Optional<Reports> reports, Alarm alarm, Clocks clocks) {
        Budgets budgets = new Budgets(allowances.limits(), new BudgetWatch(alarm));
        if (!allowances.limits().isEmpty()) {
            reports.ifPresent(book -> new Memory(book)
                    .restore(budgets, allowances.limits(), clocks.wall().instant()));
        }
        return new Treasury(budgets, allowances.rules(), allowances.tiers());
    }

    private static Parts parts(
            Settings settings,
            Fleet fleet,
            Ledger ledger,
            PriceBook prices,
            Treasury treasury,
            Observe observe,
            Clocks clocks) {
        return new Parts(
                new Dialects(
                        new Dialects.Spoken(new OpenAiFront(), new OpenAiBack()),
                        new Dialects.Spoken(new OllamaFront(clocks.wall()), new OllamaBack(clocks.wall()))),
                fleet,
                new FailureTable(
                        settings.bounds().retry(), settings.bounds().pipeline().patience()),
                ledger,
                new Prices(prices),
                treasury,
                new Drains(),
                observe,
                settings.bounds().pipeline(),
                clocks.ticker(),
                clocks.wall(),
                new LocalRandom());
    }

    /** The calling thread's own generator: shared, none would be a bottleneck. */
    private static final class LocalRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }

    private static GatewayServer.Listen listen(Settings settings) {
        int loops = settings.listening().loops();
        return new GatewayServer.Listen(
                settings.listening().host(),
                settings.listening().port(),
                settings.listening().origins(),
                loops > 0 ? loops : Runtime.getRuntime().availableProcessors(),
                settings.bounds().http(),
                settings.sandbox(),
                settings.administration()
                        .port()
                        .map(port -> new GatewayServer.Place(
                                settings.administration().host(), port)));
    }

    private static void gauges(Meters meters, Fleet fleet) {
        Map<String, DoubleSupplier> breakers = new LinkedHashMap<>();
        Map<String, DoubleSupplier> running = new LinkedHashMap<>();
        Map<String, DoubleSupplier> keys = new LinkedHashMap<>();
        for (Provider provider : fleet.all()) {
            breakers.put(provider.name(), () -> switch (provider.standing().worstBreaker()) {
                case "open" -> 2;
                case "half_open" -> 1;
                default -> 0;
            });
            running.put(provider.name(), () -> provider.places().taken());
            keys.put(provider.name(), () -> provider.standing().reason() == Standing.Reason.KEY_REFUSED ? 1 : 0);
        }
        meters.gaugeByProvider(
                "sluice_breaker_state", "0 closed, 1 half open, 2 open; the worst model counts.", breakers);
        meters.gaugeByProvider("sluice_provider_running", "Attempts under way.", running);
        meters.gaugeByProvider(
                "sluice_provider_key_refused", "1 where the provider refused our key and is left out for it.", keys);
    }

    private void watchLists() {
        try {
            while (true) {
                refreshLists();
                Thread.sleep(LIST_PERIOD);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Asks the servers that list their models, so that names nobody mapped are found too; a server that does not
     * answer in time keeps the names it had. Blocks.
     */
    private synchronized void refreshLists() {
        for (Provider provider : fleet.all()) {
            if (ModelMaps.lists(provider)) {
                inquiry.openAiModels(
                                provider.config().address(), provider.config().key())
                        .ifPresent(models -> {
                            lists.put(provider.name(), models);
                            provider.windowsFound(models);
                        });
            }
        }
        ModelMap next = maps.with(ModelMaps.listed(fleet, lists));
        if (!next.equals(gateway.models())) {
            gateway.use(next);
        }
    }

    Gateway gateway() {
        return gateway;
    }

    GatewayServer server() {
        return server;
    }

    Settings settings() {
        return settings;
    }

    /** A name that can be asked for right now. Blocks for a moment where a local server must tell it. */
    String exampleModel() {
        return settings.offer().chains().keySet().stream()
                .findFirst()
                .or(this::firstLocalModel)
                .or(() -> gateway.models().cloudCatalogue().keySet().stream().findFirst())
                .orElse("sandbox");
    }

    private Optional<String> firstLocalModel() {
        return fleet.all().stream()
                .filter(provider -> provider.config().kind().local())
                .filter(provider -> !Sandbox.serves(provider.config()))
                .flatMap(this::modelNames)
                .filter(name -> !name.contains("embed"))
                .findFirst();
    }

    private Stream<String> modelNames(Provider provider) {
        ProviderConfig config = provider.config();
        return switch (config.kind().dialect()) {
            case OLLAMA -> inquiry.ollamaModels(config.address()).stream();
            case OPENAI -> inquiry.openAiModels(config.address(), config.key()).orElse(Map.of()).keySet().stream();
        };
    }

    /** Looks now at what is in doubt, and says how much of it was resolved. */
    int resolveDoubts() {
        return doubts.map(DoubtResolver::look).orElse(0);
    }

    /** What was found, for people. */
    List<String> findings() {
        return Findings.of(settings, gateway);
    }

    /** Lets running calls end within the time of the settings, then closes everything. */
    @Override
    public void close() throws IOException {
        listWatch.interrupt();
        creditWatch.close();
        doubts.ifPresent(DoubtResolver::close);
        keys.close();
        alerting.close();
        server.drain(settings.drain());
        server.close();
        gateway.close();
        books.close();
        inquiry.close();
    }
}
