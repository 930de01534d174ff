package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Remembering;
import dev.sluice.ledger.Cost;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Savings;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Need;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Ruling;
import dev.sluice.ledger.budget.Scope;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Watcher;
import dev.sluice.model.Caller;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.Doubts;
import dev.sluice.store.DataFolder;
import dev.sluice.store.sqlite.SqliteArchive;
import dev.sluice.store.sqlite.SqliteReports;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.HandTicker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One life of a gateway's money by a seed: calls hold, intend, are sent, end in every way, power fails in the middle of
 * a write, clocks move on over midnight; budgets, journal, archive, recovery and the resolving of doubts are the
 * production's own classes, and each of their steps is taken here, one at a time, in an order that the seed decides.
 * The provider keeps a bill of its own. After every step nothing may be overspent; at the end both books must agree.
 */
final class SpendingSimulation implements AutoCloseable {
    private static final JournalSettings SMALL = JournalSettings.DEFAULT.withSegments(1 << 20, 3);
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final Duration IN_DOUBT = Duration.ofHours(24);

    private static final List<Limit> LIMITS = List.of(
            limit("gateway", 3_000_000, Period.DAY, SEOUL),
            limit("tenant/acme", 1_200_000, Period.DAY, ZoneId.of("America/New_York")),
            limit("user/*", 900_000, Period.WEEK, ZoneId.of("UTC")),
            limit("job/nightly", 2_000_000, Period.MONTH, SEOUL),
            limit("provider/openrouter", 40_000_000, Period.TOTAL, SEOUL));

    /** The same windows and accounts as some of those, by another name. */
    private static final List<Limit> TWINS = List.of(
            limit("gateway", 3_000_000, Period.DAY, ZoneId.of("+09:00")),
            limit("user/*", 900_000, Period.WEEK, ZoneId.of("Etc/UTC")),
            limit("provider/openrouter", 40_000_000, Period.TOTAL, ZoneId.of("+09:00")));

    private static final List<Integer> TWIN_OF = List.of(0, 2, 4);
    private static final List<Limit> LIMITS_AND_TWINS =
            Stream.concat(LIMITS.stream(), TWINS.stream()).toList();

    private final Random random;
    private final Path path;
    private final HandClock clock = new HandClock("2026-11-21T12:00:00Z");
    private final HandTicker ticker = new HandTicker();
    private final Clocks clocks = new Clocks(ticker, clock);

    private final Map<String, Long> bill = new HashMap<>();
    private final Map<String, Sent> everSent = new HashMap<>();
    private long steps;
    private int crashes;
    private int refused;
    private int introduced;

    private Optional<Life> life = Optional.empty();

    /** What has left for a provider. */
    private record Sent(Intent intent, Spender spender, long cost) {}

    /** The power is gone in the middle of a write. */
    private static final class PowerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    SpendingSimulation(long seed, Path path) {
        this.random = new Random(seed);
        this.path = path;
    }

    private static Limit limit(String scope, long nanos, Period period, ZoneId zone) {
        return new Limit(Scope.of(scope), "", Measure.MONEY, nanos, period, zone, true, Limit.MARKS, Optional.empty());
    }

    /** From one start of the program to its end. */
    private final class Life {
        private final DataFolder folder;
        private final SqliteArchive archive;
        private final SqliteReports reports;
        private final JournaledLedger ledger;
        private final Budgets budgets = new Budgets(LIMITS, Watcher.NOBODY);
        private final Deque<Runnable> loop = new ArrayDeque<>();
        private final List<Sent> running = new ArrayList<>();
        private final Doubts doubts;
        private boolean tearing;

        /** Until when the archive must have come before new limits may bind. */
        private Optional<Long> mark = Optional.empty();

        private boolean twins;

        private Life() throws IOException {
            folder = DataFolder.lock(path);
            archive = SqliteArchive.open(folder);
            ledger = JournaledLedger.stepped(folder, SMALL, archive, clocks, this::sync);
            reports = SqliteReports.open(folder);
            Remembering.restore(reports, budgets, LIMITS, clock.instant());
            doubts = new Doubts(reports, ledger, budgets, _ -> told(), IN_DOUBT, clock);
        }

        /** A write that is not synced may be lost from anywhere on. */
        private void sync(FileChannel channel) throws IOException {
            if (tearing) {
                long size = channel.size();
                long from = Math.max(0L, size - random.nextInt(4096));
                channel.write(ByteBuffer.allocate((int) (size - from)), from);
                throw new PowerFailure();
            }
        }

        /** Providers seldom say what became of one answer. */
        private Optional<Money> told() {
            return Optional.empty();
        }

        private void end() throws IOException {
            reports.close();
            archive.close();
            folder.close();
        }

        private void call() {
            Spender spender = spender();
            long bound = 1_000 + random.nextLong(200_000);
            long cost = random.nextInt(10) == 0 ? bound : random.nextLong(bound + 1);
            String id = "a" + steps;
            Ruling ruling = budgets.hold(id, spender, Need.of(Amounts.attempt(new Money(bound), 10)), clock.instant());
            if (!(ruling instanceof Ruling.Held)) {
                refused++;
                return;
            }
            Intent intent = intent(id, spender, bound);
            Sent sent = new Sent(intent, spender, cost);
            ledger.intend(intent, loop::add, new Ledger.Intended() {
                @Override
                public void durable() {
                    running.add(sent);
                    everSent.put(id, sent);
                }

                @Override
                public void refused(Failure.LedgerUnavailable failure) {
                    budgets.release(id);
                }
            });
        }

        /** Adds limits while calls run, in steps between which anything may happen; or takes them away again. */
        private void changeLimits() {
            if (twins) {
                twins = false;
                budgets.replace(LIMITS);
            } else if (mark.isEmpty()) {
                budgets.prepare(LIMITS_AND_TWINS);
                mark = Optional.of(ledger.said());
            } else if (ledger.hasArchived(mark.get())) {
                Remembering.introduce(reports, budgets, TWINS, clock.instant());
                budgets.replace(LIMITS_AND_TWINS);
                mark = Optional.empty();
                twins = true;
                introduced++;
            }
        }

        private void endOne() {
            if (running.isEmpty()) {
                return;
            }
            Sent sent = running.remove(random.nextInt(running.size()));
            switch (random.nextInt(10)) {
                case 0 -> {
                    settle(sent, Outcome.State.VOIDED, 0);
                    soon(() -> budgets.release(sent.intent().attemptId()));
                }
                case 1, 2 -> {
                    if (random.nextBoolean()) {
                        bill.put(sent.intent().attemptId(), sent.cost());
                    }
                    settle(
                            sent,
                            Outcome.State.IN_DOUBT,
                            sent.intent().bound().orElseThrow().nanos());
                    soon(() -> budgets.doubt(sent.intent().attemptId()));
                }
                default -> {
                    bill.put(sent.intent().attemptId(), sent.cost());
                    settle(sent, Outcome.State.SETTLED, sent.cost());
                    soon(() -> budgets.settle(sent.intent().attemptId(), Amounts.attempt(new Money(sent.cost()), 10)));
                }
            }
        }

        /** A thread may be stopped between what it tells the ledger and what it tells the budgets. */
        private void soon(Runnable word) {
            if (random.nextInt(3) == 0) {
                loop.add(word);
            } else {
                word.run();
            }
        }

        private void settle(Sent sent, Outcome.State state, long cost) {
            Outcome outcome = new Outcome(
                    sent.intent().attemptId(),
                    state,
                    clock.instant(),
                    state == Outcome.State.SETTLED ? Optional.of(Usage.of(7, 3)) : Optional.empty(),
                    new Cost.Priced(new Money(cost)),
                    200,
                    "ok",
                    "",
                    "",
                    Savings.NONE,
                    0,
                    0,
                    0);
            for (int again = random.nextInt(3); again >= 0; again--) {
                ledger.settle(outcome);
            }
        }

        private void continueOne() {
            Optional.ofNullable(loop.poll()).ifPresent(Runnable::run);
        }
    }

    private Spender spender() {
        String tenant = random.nextBoolean() ? "acme" : "globex";
        String user = "u" + random.nextInt(3);
        String job = random.nextInt(3) == 0 ? "nightly" : "";
        return new Spender(
                new Caller("k", tenant, "", user, "", "", job, ""),
                random.nextBoolean() ? "openrouter" : "deepseek",
                "m");
    }

    private Intent intent(String id, Spender spender, long bound) {
        return new Intent(
                id,
                "r" + id,
                1,
                clock.instant(),
                spender.caller(),
                Operation.CHAT,
                "m",
                spender.provider(),
                spender.model(),
                true,
                Optional.of(new Money(bound)),
                "v",
                "1 of 1");
    }

    /** @return how often power failed, how many calls were refused, and how often limits came while calls ran */
    int[] run(int most) throws IOException {
        life = Optional.of(new Life());
        for (steps = 0; steps < most; steps++) {
            step();
            nothingIsOverspent();
            newcomersKnowThePast();
        }
        end();
        return new int[] {crashes, refused, introduced};
    }

    private void step() throws IOException {
        Life now = life.orElseThrow();
        ticker.advance(Duration.ofMillis(random.nextInt(20)));
        int what = random.nextInt(1000);
        try {
            if (what < 350) {
                now.call();
            } else if (what < 550) {
                now.ledger.writeOnce();
            } else if (what < 720) {
                now.continueOne();
            } else if (what < 930) {
                now.endOne();
            } else if (what < 957) {
                now.ledger.copyOnce();
            } else if (what < 970) {
                clock.advance(Duration.ofMinutes(random.nextInt(240)));
            } else if (what < 975) {
                now.doubts.look();
            } else if (what < 994) {
                now.changeLimits();
            } else {
                now.tearing = random.nextBoolean();
                now.ledger.writeOnce();
                crash();
            }
        } catch (PowerFailure _) {
            crash();
        }
    }

    private void crash() throws IOException {
        crashes++;
        Life dying = life.orElseThrow();
        // What was under way may have been charged; nobody saw its end.
        for (Sent sent : dying.running) {
            if (random.nextBoolean()) {
                bill.put(sent.intent().attemptId(), sent.cost());
            }
        }
        dying.end();
        life = Optional.of(new Life());
        nothingIsForgotten();
    }

    /** A limit that came while calls ran has counted what its twin has, which was always there. */
    private void newcomersKnowThePast() {
        Life now = life.orElseThrow();
        if (!now.twins) {
            return;
        }
        Map<String, Balance> found = new HashMap<>();
        for (Balance balance : now.budgets.balances(clock.instant())) {
            found.put(balance.limit().id() + " " + balance.account(), balance);
        }
        for (int index = 0; index < TWINS.size(); index++) {
            String twin = TWINS.get(index).id() + " ";
            String old = LIMITS.get(TWIN_OF.get(index)).id() + " ";
            found.forEach((name, balance) -> {
                if (name.startsWith(old)) {
                    Balance other = found.get(twin + balance.account());
                    assertThat(other == null ? 0 : other.used()).as(name).isEqualTo(balance.used());
                    assertThat(other == null ? 0 : other.held()).as(name).isEqualTo(balance.held());
                    assertThat(other == null ? 0 : other.doubt()).as(name).isEqualTo(balance.doubt());
                }
            });
        }
    }

    private void nothingIsOverspent() {
        for (Balance balance : life.orElseThrow().budgets.balances(clock.instant())) {
            assertThat(balance.free()).as("%s", balance).isNotNegative();
            assertThat(balance.used()).isNotNegative();
            assertThat(balance.held()).isNotNegative();
            assertThat(balance.doubt()).isNotNegative();
        }
    }

    /** After a start every limit counts at least what the provider has charged in its window. */
    private void nothingIsForgotten() {
        Map<String, Balance> found = new HashMap<>();
        for (Balance balance : life.orElseThrow().budgets.balances(clock.instant())) {
            found.put(balance.limit().id() + balance.account(), balance);
        }
        for (Limit limit : LIMITS) {
            Map<String, Long> charged = new HashMap<>();
            bill.forEach((id, cost) -> {
                Sent sent = Objects.requireNonNull(everSent.get(id));
                if (limit.period()
                        .window(clock.instant(), limit.zone())
                        .contains(sent.intent().at())) {
                    account(limit, sent.spender()).ifPresent(name -> charged.merge(name, cost, Long::sum));
                }
            });
            charged.forEach((name, sum) -> {
                Balance balance = found.get(limit.id() + name);
                long counted = balance == null ? 0 : balance.used() + balance.doubt();
                assertThat(counted).as("%s %s", limit.id(), name).isGreaterThanOrEqualTo(sum);
            });
        }
    }

    /** Written down a second time, without the production's own code. */
    private static Optional<String> account(Limit limit, Spender spender) {
        return switch (limit.scope().toString()) {
            case "gateway" -> Optional.of("");
            case "tenant/acme" -> spender.caller().tenant().equals("acme") ? Optional.of("acme") : Optional.empty();
            case "user/*" ->
                Optional.of(spender.caller().tenant() + "/" + spender.caller().user());
            case "job/nightly" -> spender.caller().job().equals("nightly") ? Optional.of("nightly") : Optional.empty();
            default -> spender.provider().equals("openrouter") ? Optional.of("openrouter") : Optional.empty();
        };
    }

    /** Everything ends, all doubts are resolved, and the books are compared. */
    private void end() throws IOException {
        Life last = life.orElseThrow();
        last.ledger.writeOnce();
        while (!last.loop.isEmpty() || !last.running.isEmpty()) {
            last.continueOne();
            last.endOne();
        }
        last.ledger.writeOnce();
        last.ledger.copyOnce();
        clock.advance(IN_DOUBT.plusHours(1));
        while (last.doubts.look() > 0) { // A round asks about some only.
            last.ledger.writeOnce();
            last.ledger.copyOnce();
        }
        assertThat(last.budgets.open()).as("holds left").isZero();
        assertThat(last.reports.inDoubt(10)).isEmpty();
        long booked = 0;
        for (Spent spent : last.reports.spent(Instant.EPOCH, clock.instant().plusSeconds(1))) {
            booked += spent.settled().nanos();
        }
        long billed = bill.values().stream().mapToLong(Long::longValue).sum();
        assertThat(booked).as("what is booked covers what is billed").isGreaterThanOrEqualTo(billed);
        for (String id : everSent.keySet()) {
            assertThat(last.reports.ofRequest("r" + id))
                    .as("booked once: %s", id)
                    .hasSize(1);
        }
    }

    @Override
    public void close() throws IOException {
        if (life.isPresent()) {
            life.get().end();
        }
    }
}
