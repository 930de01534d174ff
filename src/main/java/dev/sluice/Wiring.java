package dev.sluice;

import dev.sluice.account.Accounts;
import dev.sluice.dialect.ollama.OllamaBack;
import dev.sluice.dialect.ollama.OllamaFront;
import dev.sluice.dialect.openai.OpenAiBack;
import dev.sluice.dialect.openai.OpenAiFront;
import dev.sluice.http.GatewayServer;
import dev.sluice.http.server.EventLoops;
import dev.sluice.ledger.Alarm;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.report.Reports;
import dev.sluice.metric.Meters;
import dev.sluice.pipeline.Dialects;
import dev.sluice.pipeline.Drains;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.Observe;
import dev.sluice.pipeline.Parts;
import dev.sluice.pipeline.money.Doubts;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.pipeline.money.Treasury;
import dev.sluice.provider.CreditWatch;
import dev.sluice.provider.FailureTable;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Inquiry;
import dev.sluice.settings.KeySettings;
import dev.sluice.settings.ModelMaps;
import dev.sluice.settings.PriceSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsSource;
import dev.sluice.settings.SharedSettings;
import dev.sluice.settings.SpendingSettings;
import dev.sluice.store.keys.KeyWatch;
import dev.sluice.time.Clocks;
import dev.sluice.time.Repeating;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Puts the program together: every {@code new} that joins two rooms stands here. */
public final class Wiring implements Closeable {
    private static final Duration LIST_PERIOD = Duration.ofSeconds(30);
    private static final Duration RECALL_PERIOD = Duration.ofMillis(500);
    private static final Duration DOUBT_PERIOD = Duration.ofMinutes(1);

    private final Settings settings;
    private final Gateway gateway;
    private final GatewayServer server;
    private final Accounts accounts;
    private final ModelLists lists;
    private final Optional<Doubts> doubts;
    private final Optional<SettingsWatch> watch;
    private final Closer opened;

    private Wiring(
            Settings settings,
            Gateway gateway,
            GatewayServer server,
            Accounts accounts,
            ModelLists lists,
            Optional<Doubts> doubts,
            Optional<SettingsWatch> watch,
            Closer opened) {
        this.settings = settings;
        this.gateway = gateway;
        this.server = server;
        this.accounts = accounts;
        this.lists = lists;
        this.doubts = doubts;
        this.watch = watch;
        this.opened = opened;
    }

    /**
     * Starts everything.
     *
     * @param inquiry closed with it, or where it cannot start
     * @throws IOException where the port or the data folder cannot be had
     */
    public static Wiring start(Settings settings, Inquiry inquiry, String version) throws IOException {
        return start(settings, Optional.empty(), inquiry, version, Machine.SYSTEM);
    }

    /**
     * Starts everything on a machine of the caller's own.
     *
     * @param source what is watched, so that changes hold while it runs; empty where there is no file
     */
    public static Wiring start(
            Settings settings, Optional<SettingsSource> source, Inquiry inquiry, String version, Machine machine)
            throws IOException {
        Closer opened = new Closer();
        opened.add(inquiry);
        try {
            return start(settings, source, inquiry, version, machine, opened);
        } catch (IOException | RuntimeException failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    private static Wiring start(
            Settings settings,
            Optional<SettingsSource> source,
            Inquiry inquiry,
            String version,
            Machine machine,
            Closer opened)
            throws IOException {
        Clocks clocks = machine.clocks();
        // The two slowest parts of a start: one waits for the disk, one makes ready to talk to the kernel.
        EarlyStart<Books> ledger = EarlyStart.begin("ledger", () -> Books.open(settings, machine));
        opened.add(ledger);
        EarlyStart<EventLoops> loops = EarlyStart.begin(
                "loops",
                () -> EventLoops.start(
                        settings.listening().lanes(), settings.listening().transport()));
        opened.add(loops);
        PriceBook prices = PriceSettings.book(settings.prices(), settings.offer());
        Fleet fleet = new Fleet(settings.offer().providers(), settings.bounds().breaker(), clocks.ticker());
        Meters meters = new Meters();
        ProviderGauges.add(meters, fleet);
        ModelMaps maps = new ModelMaps(settings.offer(), prices.rows());
        Books books = ledger.await();
        Alerting alerting = Alerting.start(
                settings.alerts(), meters, clocks.wall(), books.reports().map(_ -> settings.data()));
        opened.add(alerting);
        books.gauges().accept(meters);
        books.reports().ifPresent(alerting::watchDoubts);
        Optional<Memory> memory = books.reports().map(reports -> new Memory(reports, clocks));
        Treasury treasury = treasury(settings, memory, alerting.alarm());
        if (settings.shared().isPresent()) {
            SharedSettings shared = settings.shared().get();
            Budgets budgets = treasury.budgets();
            opened.add(SharedBudgets.start(shared, settings.data(), budgets, clocks.wall(), alerting.alarm()));
            SharedBudgets.gauges(meters, budgets);
        }
        Gateway gateway = new Gateway(
                parts(settings, fleet, books.ledger(), prices, treasury, new Observe(meters, alerting.alarm()), clocks),
                settings.bounds().rates(),
                RepeatedAnswers.start(settings, books, clocks),
                maps.newest(),
                settings.offer().mode());
        opened.add(gateway::close);
        Accounts accounts = KeySettings.accounts(settings, clocks.wall());
        KeyWatch keys = KeyWatch.start(
                KeySettings.store(settings, accounts::writtenNames, clocks.wall()),
                made -> accounts.use(made.ring(), made.pepper()));
        opened.add(keys);
        ModelLists lists = new ModelLists(fleet, inquiry, maps, gateway);
        lists.refresh(); // Before anybody can ask for a name that only a server knows.
        LiveSettings live = new LiveSettings(settings, prices, gateway, accounts, maps, memory);
        Optional<SettingsWatch> watch =
                source.map(found -> new SettingsWatch(found, live, clocks.wall(), meters::settingsReloaded));
        GatewayServer server = GatewayServer.start(
                loops.await(),
                listen(settings),
                new GatewayServer.Behind(
                        gateway,
                        accounts,
                        keys,
                        alerting.alerts(),
                        meters,
                        books.reports(),
                        watch.map(Function.identity()),
                        version));
        opened.add(server);
        opened.add(() -> server.drain(settings.drain()));
        BillLookup bills = new BillLookup(fleet);
        opened.add(bills);
        Optional<Doubts> doubts = books.reports().map(reports -> doubts(settings, gateway, reports, bills));
        doubts.ifPresent(all -> opened.add(Repeating.every(DOUBT_PERIOD, "doubts", all::look)));
        CreditWatch credit = new CreditWatch(fleet, inquiry);
        opened.add(Repeating.every(settings.creditCheck(), "credit-watch", credit::look));
        memory.ifPresent(past -> opened.add(
                Repeating.every(RECALL_PERIOD, "memory", () -> past.recall(treasury.budgets(), books.ledger()))));
        opened.add(Repeating.every(LIST_PERIOD, "model-lists", lists::refresh));
        watch.ifPresent(files -> opened.add(Repeating.every(SettingsWatch.PERIOD, "settings-watch", files::look)));
        return new Wiring(settings, gateway, server, accounts, lists, doubts, watch, opened);
    }

    private static Doubts doubts(Settings settings, Gateway gateway, Reports reports, BillLookup bills) {
        Parts parts = gateway.parts();
        return new Doubts(
                reports,
                parts.ledger(),
                parts.treasury().budgets(),
                bills,
                parts.observe()::resolved,
                settings.spending().inDoubt(),
                parts.clock());
    }

    /** @param memory empty where nothing is booked, so that there can be no limits */
    private static Treasury treasury(Settings settings, Optional<Memory> memory, Alarm alarm) {
        SpendingSettings spending = settings.spending();
        Budgets budgets = memory.isPresent() ? budgets(settings, new BudgetWatch(alarm)) : Budgets.none();
        memory.ifPresent(past -> past.restore(budgets, spending.limits()));
        return new Treasury(budgets, spending.rules(), spending.tiers());
    }

    private static Budgets budgets(Settings settings, BudgetWatch watch) {
        List<Limit> limits = settings.spending().limits();
        return settings.shared().isPresent() ? Budgets.shared(limits, watch) : new Budgets(limits, watch);
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
                        new Dialects.Spoken(new OpenAiFront(), new OpenAiBack(clocks.wall())),
                        new Dialects.Spoken(
                                new OllamaFront(clocks.wall(), settings.ollama()), new OllamaBack(clocks.wall()))),
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
        return new GatewayServer.Listen(
                settings.listening().host(),
                settings.listening().port(),
                settings.listening().origins(),
                settings.bounds().http(),
                settings.sandbox(),
                settings.administration()
                        .port()
                        .map(port -> new GatewayServer.Place(
                                settings.administration().host(), port)));
    }

    /** The road of all calls, for those who watch it. */
    public Gateway gateway() {
        return gateway;
    }

    /** Where clients are listened to. */
    public GatewayServer server() {
        return server;
    }

    Settings settings() {
        return settings;
    }

    /** A call that can be made right now. Blocks for a moment where a local server must tell which model it has. */
    public String example() {
        return Findings.example(server.address(), exampleModel(), accounts.isOpen());
    }

    private String exampleModel() {
        return settings.offer().chains().keySet().stream()
                .findFirst()
                .or(lists::firstLocal)
                .or(() -> gateway.models().cloudCatalogue().keySet().stream().findFirst())
                .orElse("sandbox");
    }

    /** Looks now at what is in doubt, and says how much of it was resolved. */
    public int resolveDoubts() {
        return doubts.map(Doubts::look).orElse(0);
    }

    /** What reads its settings again; empty where they stand in no file. */
    public Optional<SettingsWatch> watch() {
        return watch;
    }

    /** What was found, for people. */
    public List<String> findings() {
        return Findings.of(settings, gateway);
    }

    /** Lets running calls end within the time of the settings, then closes everything. */
    @Override
    public void close() throws IOException {
        opened.close();
    }
}
