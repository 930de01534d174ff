package dev.sluice.settings;

import dev.sluice.account.Tier;
import dev.sluice.config.Nearest;
import dev.sluice.config.Section;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Scope;
import dev.sluice.ledger.budget.Thrift;
import dev.sluice.ledger.price.PriceRow;
import dev.sluice.model.Money;
import dev.sluice.pipeline.money.SpendingRules;
import dev.sluice.routing.Chain;
import dev.sluice.routing.Hop;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code budgets}, {@code tiers} and {@code spending}. A mistake is told with its file, line and path. */
public final class SpendingReader {
    private static final int DIGITS = 9;
    private static final BigDecimal MOST = new BigDecimal("1e9");

    private final Section root;
    private final Settings.Offer offer;
    private final Answerers answerers;
    private final Section spending;
    private final ZoneId zone;
    private final List<Limit> limits = new ArrayList<>();

    private SpendingReader(Section root, Settings.Offer offer, Optional<Path> prices) {
        this.root = root;
        this.offer = offer;
        this.answerers = new Answerers(offer, root.namesBelow("providers"), () -> rows(prices));
        this.spending = root.section("spending");
        this.zone = spending.value("zone", SpendingReader::zone).orElse(ZoneId.of("Asia/Seoul"));
    }

    /**
     * @param offer who can be asked for what
     * @param prices the user's own price file
     */
    static SpendingSettings read(Section root, Settings.Offer offer, Optional<Path> prices) {
        return new SpendingReader(root, offer, prices).allowances();
    }

    private List<PriceRow> rows(Optional<Path> prices) {
        return PriceSettings.book(prices, offer).rows();
    }

    private SpendingSettings allowances() {
        SpendingRules fallback = SpendingRules.DEFAULT;
        SpendingRules rules = spending.checked(() -> new SpendingRules(
                spending.duration("wait", fallback.patience()),
                spending.number("least-output").orElse(fallback.leastOutput()),
                spending.number("usual-output").orElse(fallback.usualOutput()),
                spending.value("baseline", SpendingReader::baseline)));
        if (spending.has("least-output") && rules.leastOutput() > rules.usualOutput()) {
            throw spending.wrong(
                    "least-output",
                    "is more than usual-output (" + rules.usualOutput()
                            + "): a call that names no cap is sent with that");
        }
        Map<String, Tier> tiers = tiers(root.section("tiers"));
        List<Limit> budgets = new ArrayList<>();
        for (Section section : root.sections("budgets")) {
            Limit budget = budget(section, tiers.keySet());
            budgets.forEach(other -> Contradiction.of(budget, other).ifPresent(found -> {
                throw section.wrong(found.key(), found.words());
            }));
            budgets.add(budget);
        }
        limits.addAll(budgets);
        return new SpendingSettings(
                List.copyOf(limits), rules, tiers, spending.duration("in-doubt", SpendingSettings.IN_DOUBT));
    }

    /** It need not be set up here: it is compared with, and not asked. */
    private static Hop baseline(String text) {
        return Hop.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("must look like provider/model, not '" + text + "'"));
    }

    private Limit budget(Section budget, Set<String> tiers) {
        Scope scope = budget.value("scope", Scope::of).orElseThrow(() -> budget.wrong("needs a 'scope'"));
        if (scope.kind() == Scope.Kind.TIER && !scope.isEach() && !tiers.contains(scope.name())) {
            throw budget.wrong("scope", unknownTier(scope.name(), tiers));
        }
        checkName(budget, scope);
        long amount = budget.value("amount", SpendingReader::dollars)
                .orElseThrow(() -> budget.wrong("needs an 'amount' of US dollars"));
        Period period = budget.value("period", SpendingReader::period)
                .orElseThrow(() -> budget.wrong("needs a 'period': day, week, month or total"));
        boolean hard = budget.value("limit", SpendingReader::hard).orElse(true);
        return new Limit(
                scope,
                "",
                Measure.MONEY,
                amount,
                period,
                budget.value("zone", SpendingReader::zone).orElse(zone),
                hard,
                marks(budget),
                thrift(budget, hard));
    }

    /** A budget whose name no call can ever bear would let everything pass without a word. */
    private void checkName(Section budget, Scope scope) {
        if (scope.kind() == Scope.Kind.JOB && !scope.isEach() && !KeySettings.fitsAHeader(scope.name())) {
            throw budget.wrong("scope", "no call can name the job '" + scope.name() + "', for a header has only ASCII");
        }
        List<String> providers = root.namesBelow("providers");
        if (scope.kind() == Scope.Kind.PROVIDER && !scope.isEach() && !providers.contains(scope.name())) {
            String nearest = Nearest.to(scope.name(), providers);
            throw budget.wrong(
                    "scope",
                    "there is no provider '" + scope.name() + "' under 'providers'"
                            + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
        }
        Optional<Chain> chain = Optional.ofNullable(offer.chains().get(scope.name()));
        if (scope.kind() == Scope.Kind.MODEL && chain.isPresent()) {
            List<String> models =
                    chain.get().hops().stream().map(Hop::model).distinct().toList();
            if (!models.contains(scope.name())) {
                throw budget.wrong(
                        "scope",
                        "a budget counts models by their names at the providers: for '" + scope.name()
                                + "' write model/" + String.join(", model/", models));
            }
        }
    }

    /** A soft limit turns calls to cheaper ways at 80 %, a hard one only where that is asked for. */
    private Optional<Thrift> thrift(Section budget, boolean hard) {
        Optional<Long> from = budget.number("cheaper-from");
        Optional<String> route = budget.text("cheaper").filter(name -> !name.isBlank());
        route.filter(name -> !answerers.mayKnow(name)).ifPresent(name -> {
            String nearest = answerers.nearest(name);
            throw budget.wrong(
                    "cheaper",
                    "nobody here answers '" + name + "'. Write a name under 'models' or provider/model"
                            + (nearest.isEmpty() ? "." : "; did you mean '" + nearest + "'?"));
        });
        if (from.isEmpty() && route.isEmpty() && hard) {
            return Optional.empty();
        }
        long hundredths = from.orElse(hard ? 100L : 80L);
        return Optional.of(budget.checked(() -> new Thrift(Math.toIntExact(hundredths), route.orElse(""))));
    }

    private static List<Integer> marks(Section budget) {
        if (!budget.has("marks")) {
            return Limit.MARKS;
        }
        List<Integer> marks = new ArrayList<>();
        for (String text : budget.texts("marks")) {
            int mark = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
            if (mark < 1 || mark > 100) {
                throw budget.wrong("marks", "must be per cent of the amount, 1 to 100, not '" + text + "'");
            }
            marks.add(mark);
        }
        return marks.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    }

    private Map<String, Tier> tiers(Section section) {
        Map<String, Tier> tiers = new LinkedHashMap<>();
        for (String name : section.names()) {
            if (!name.matches("[a-z0-9][a-z0-9._-]{0,39}")) {
                throw section.wrong(name, "a tier's name is lower-case letters, digits, dots and dashes");
            }
            tiers.put(name, tier(name, section.section(name)));
        }
        return tiers;
    }

    private Tier tier(String name, Section tier) {
        count(name, tier, "calls-per-minute", Measure.CALLS, Period.MINUTE);
        count(name, tier, "calls-per-day", Measure.CALLS, Period.DAY);
        count(name, tier, "tokens-per-minute", Measure.TOKENS, Period.MINUTE);
        count(name, tier, "tokens-per-day", Measure.TOKENS, Period.DAY);
        count(name, tier, "concurrency", Measure.RUNNING, Period.TOTAL);
        contradictions(tier);
        Optional<Long> day = tier.value("budget-per-day", SpendingReader::dollars);
        Optional<Long> month = tier.value("budget-per-month", SpendingReader::dollars);
        if (day.isPresent() && month.isPresent() && day.get() > month.get()) {
            throw tier.wrong("budget-per-day", "is more than budget-per-month, so it could never be spent");
        }
        day.ifPresent(amount -> limits.add(Limit.ofTier(name, Measure.MONEY, amount, Period.DAY, zone)));
        month.ifPresent(amount -> limits.add(Limit.ofTier(name, Measure.MONEY, amount, Period.MONTH, zone)));
        Tier.Routes routes = tier.value("routes", Tier.Routes::of).orElse(Tier.Routes.CLOUD);
        String instead = tier.text("instead").orElse("");
        if (!instead.isEmpty() && routes != Tier.Routes.LOCAL) {
            throw tier.wrong("instead", "only a tier with 'routes: local' has calls that go elsewhere");
        }
        if (!instead.isEmpty() && !answerers.mayAnswerAtHome(instead)) {
            throw tier.wrong(
                    "instead", "no server of your own answers '" + instead + "', and this tier may ask no other");
        }
        return new Tier(name, routes, tier.texts("models"), instead);
    }

    private static void contradictions(Section tier) {
        least(tier, "calls-per-minute", "calls-per-day");
        least(tier, "tokens-per-minute", "tokens-per-day");
    }

    private static void least(Section tier, String minute, String day) {
        Optional<Long> most = tier.number(day);
        if (most.isPresent()
                && tier.number(minute).filter(amount -> amount > most.get()).isPresent()) {
            throw tier.wrong(minute, "is more than " + day + " allows in a whole day");
        }
    }

    private void count(String name, Section tier, String key, Measure measure, Period period) {
        tier.number(key).ifPresent(amount -> {
            if (amount < 0) {
                throw tier.wrong(key, "must not be negative; leave it out for no limit");
            }
            if (amount == 0 && measure == Measure.RUNNING) {
                throw tier.wrong(
                        key, "would let no call begin: write calls-per-day: 0 where that is meant, or leave it out");
            }
            limits.add(Limit.ofTier(name, measure, amount, period, zone));
        });
    }

    public static String unknownTier(String name, Set<String> tiers) {
        String nearest = Nearest.to(name, List.copyOf(tiers));
        return "there is no tier '" + name + "' under 'tiers'"
                + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?");
    }

    private static boolean hard(String word) {
        return switch (word) {
            case "hard" -> true;
            case "soft" -> false;
            default -> throw new IllegalArgumentException("must be hard or soft, not '" + word + "'");
        };
    }

    private static Period period(String word) {
        Period period = Period.of(word);
        if (period == Period.MINUTE) {
            throw new IllegalArgumentException("must be day, week, month or total, not 'minute'");
        }
        return period;
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException _) {
            String nearest = Nearest.to(name, List.copyOf(ZoneId.getAvailableZoneIds()));
            throw new IllegalArgumentException(
                    "'" + name + "' is no time zone" + (nearest.isEmpty() ? "." : "; did you mean '" + nearest + "'?")
                            + " Write one such as Asia/Seoul or UTC");
        }
    }

    /** Nano-dollars. */
    private static long dollars(String text) {
        if (!text.matches("[0-9]{1,10}(\\.[0-9]{1," + DIGITS + "})?") || new BigDecimal(text).compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "must be US dollars as a plain decimal such as 100 or 0.25, not negative, "
                            + "a billion at most, not '" + text + "'");
        }
        return Money.ofDollars(new BigDecimal(text)).nanos();
    }
}
