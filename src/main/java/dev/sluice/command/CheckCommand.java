package dev.sluice.command;

import dev.sluice.SharedBudgets;
import dev.sluice.job.Job;
import dev.sluice.job.JobList;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.pipeline.money.Prices;
import dev.sluice.provider.Inquiry;
import dev.sluice.provider.ProviderConfig;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import dev.sluice.settings.Cautions;
import dev.sluice.settings.Environment;
import dev.sluice.settings.PriceSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsChanges;
import dev.sluice.time.Clocks;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Check the settings without starting.",
            "",
            "Shows what was found, each chain in today's order with its prices, budgets and jobs, and how many attempts one",
            "call can make at worst. Exit code 0 where all is well, 2 where a setting is wrong."
        })
final class CheckCommand implements Callable<Integer> {
    private static final Duration LOOK_ROUND = Duration.ofMillis(400);

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(
            names = "--ledger",
            description = "Instead: verify the whole book, hash by hash and sum by sum, beside a gateway that may run."
                    + " Exit code 1 where it is not right.")
    private boolean ledger;

    /** Says in its help which settings need a restart, by the very table that decides it. */
    static void explain(UsageMessageSpec help) {
        List<String> lines = new ArrayList<>(List.of("", "Of a changed settings file, beside a gateway that runs:"));
        SettingsChanges.explained().forEach(line -> lines.add("- " + line));
        help.footer(lines.toArray(String[]::new));
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = options.out();
        if (ledger) {
            return new LedgerCheck(out, options.err())
                    .run(Starting.forLedger(options).data());
        }
        try (Inquiry inquiry = new Inquiry(LOOK_ROUND)) {
            Settings settings = Starting.settings(options, inquiry);
            PriceBook prices = PriceSettings.book(settings.prices(), settings.offer());
            List<Job> jobs = JobList.read(
                            settings.jobs(),
                            Environment.ofThisProcess()::get,
                            Clocks.SYSTEM.wall().instant())
                    .all();
            out.println("Settings from " + settings.source() + " are good.");
            settings.offer().providers().forEach(provider -> out.println("  provider " + describe(provider)));
            settings.offer().chains().forEach((model, chain) -> printChain(out, settings, prices, model, chain));
            settings.spending().limits().forEach(limit -> out.println("  limit of " + limit.describe()));
            Cautions.of(settings, Clocks.SYSTEM.wall().instant()).forEach(line -> out.println("  " + line));
            Cautions.unknownSellers(settings).forEach(line -> out.println("  " + line));
            settings.shared()
                    .ifPresent(shared -> out.println(
                            "  limits are shared " + shared.describe() + ": " + SharedBudgets.look(shared)));
            settings.spending().rules().baseline().ifPresent(hop -> printBaseline(out, settings, prices, hop));
            jobs.forEach(job -> out.println("  job " + job.name() + ": " + job.file()));
            out.println("One call makes at most " + settings.bounds().pipeline().attempts()
                    + " attempts, each provider at most "
                    + (settings.bounds().retry().retries() + 1) + ", within "
                    + settings.bounds().pipeline().deadline().toSeconds() + " s.");
        }
        out.flush();
        return 0;
    }

    private static String describe(ProviderConfig provider) {
        return provider.name() + ": " + provider.address() + (provider.key().isPresent() ? ", with a key" : "")
                + (provider.free() ? ", free" : "") + ", at most " + provider.concurrency() + " calls at once";
    }

    private static void printChain(PrintWriter out, Settings settings, PriceBook prices, String model, Chain chain) {
        Instant now = Clocks.SYSTEM.wall().instant();
        out.println("  model " + model + ", "
                + (chain.order() == Chain.Order.PRICE ? "cheapest first at this hour:" : "in the written order:"));
        for (Hop hop : ordered(settings, prices, chain, now)) {
            out.println("    " + hop.provider() + "/" + hop.model() + ": "
                    + provider(settings, hop)
                            .map(provider -> price(provider, prices, hop, now))
                            .orElse("left out, because no key is set"));
        }
    }

    /** It need not be set up here. */
    private static void printBaseline(PrintWriter out, Settings settings, PriceBook prices, Hop hop) {
        Instant now = Clocks.SYSTEM.wall().instant();
        out.println("  savings against " + hop.provider() + "/" + hop.model() + ": "
                + provider(settings, hop)
                        .map(provider -> price(provider, prices, hop, now))
                        .orElseGet(() -> String.join("; ", prices.describe(hop.provider(), hop.model(), now))));
    }

    private static String price(ProviderConfig provider, PriceBook prices, Hop hop, Instant now) {
        if (provider.free()) {
            return "free";
        }
        List<String> rows = prices.describe(
                new Prices(prices).at(provider, hop.model(), now).seller(), hop.model(), now);
        return rows.isEmpty() ? "unpriced" : String.join("; ", rows);
    }

    private static List<Hop> ordered(Settings settings, PriceBook prices, Chain chain, Instant now) {
        if (chain.order() == Chain.Order.WRITTEN) {
            return chain.hops();
        }
        Prices book = new Prices(prices);
        return chain.hops().stream()
                .sorted(Comparator.comparing(hop -> provider(settings, hop)
                        .flatMap(provider -> book.at(provider, hop.model(), now).rank())
                        .orElse(Long.MAX_VALUE)))
                .toList();
    }

    private static Optional<ProviderConfig> provider(Settings settings, Hop hop) {
        return settings.offer().providers().stream()
                .filter(provider -> provider.name().equals(hop.provider()))
                .findFirst();
    }
}
