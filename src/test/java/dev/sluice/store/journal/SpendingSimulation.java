package dev.sluice.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Remembering;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.budget.Amounts;
import dev.sluice.ledger.budget.Balance;
import dev.sluice.ledger.budget.Budgets;
import dev.sluice.ledger.budget.Lost;
import dev.sluice.ledger.budget.Need;
import dev.sluice.ledger.budget.Ruling;
import dev.sluice.ledger.budget.Spender;
import dev.sluice.ledger.budget.Watcher;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.money.Doubts;
import dev.sluice.store.DataFolder;
import dev.sluice.store.journal.SimulatedBill.Sent;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * One life of a gateway's money by a seed: calls hold, intend, are sent, end in every way, power fails in the middle of
 * a write, clocks move on over midnight, or jump days ahead and are put back; budgets, journal, archive, recovery and the resolving of doubts are the
 * production's own classes, and each of their steps is taken here, one at a time, in an order that the seed decides.
 * The provider keeps a bill of its own. After every step nothing may be overspent; at the end both books must agree.
 */
final class SpendingSimulation implements AutoCloseable {
    private static final JournalSettings SMALL = JournalSettings.DEFAULT.withSegments(1 << 20, 3);
    private static final Duration IN_DOUBT = Duration.ofHours(24);

    private final Random random;
    private final Path path;
    private final HandClock clock = new HandClock("2026-11-21T12:00:00Z");
    private final HandTicker ticker = new HandTicker();
    private final Clocks clocks = new Clocks(ticker, clock);

    private final SimulatedJumps jumps;
    private final SimulatedBill bill = new SimulatedBill();
    private long steps;
    private int crashes;
    private int refused;
    private int introduced;
    private int recalled;

    private Optional<Life> life = Optional.empty();

    /** The power is gone in the middle of a write. */
    private static final class PowerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    SpendingSimulation(long seed, Path path) {
        this.random = new Random(seed);
        this.jumps = new SimulatedJumps(clock, random);
        this.path = path;
    }

    /** From one start of the program to its end. */
    private final class Life {
        private final DataFolder folder;
        private final SqliteArchive archive;
        private final SqliteReports reports;
        private final JournaledLedger ledger;
        private final Budgets budgets = new Budgets(SimulatedLimits.ALL, Watcher.NOBODY);
        private final Deque<Runnable> loop = new ArrayDeque<>();

        /** One and the same for all calls: the writer groups by it, and the groups' order is nobody's. */
        private final Executor onLoop = loop::add;

        private final List<Sent> running = new ArrayList<>();
        private final Doubts doubts;
        private boolean tearing;

        /** Until when the archive must have come before new limits may bind. */
        private Optional<Long> mark = Optional.empty();

        private boolean twins;

        /** Then one of two twins may know a window that the other has forgotten and not been told of again. */
        private boolean jumped = jumps.count() > 0;

        /** What is to be recalled once the archive has come so far. */
        private List<Lost> lost = List.of();

        private long lostMark;

        private Life() throws IOException {
            folder = DataFolder.lock(path);
            archive = SqliteArchive.open(folder);
            ledger = JournaledLedger.stepped(folder, SMALL, archive, clocks, this::sync);
            reports = SqliteReports.open(folder);
            Remembering.restore(reports, budgets, SimulatedLimits.ALL, clock.instant());
            doubts = new Doubts(reports, ledger, budgets, _ -> told(), (_, _) -> {}, IN_DOUBT, clock);
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
            ledger.intend(intent, onLoop, new Ledger.Intended() {
                @Override
                public void durable() {
                    running.add(sent);
                    bill.sent(sent);
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
                budgets.replace(SimulatedLimits.ALL);
            } else if (mark.isEmpty() && lost.isEmpty()) {
                budgets.prepare(SimulatedLimits.WITH_TWINS);
                mark = Optional.of(ledger.said());
            } else if (mark.filter(ledger::hasArchived).isPresent()) {
                Remembering.introduce(reports, budgets, SimulatedLimits.TWINS, clock.instant());
                budgets.replace(SimulatedLimits.WITH_TWINS);
                mark = Optional.empty();
                twins = true;
                introduced++;
            }
        }

        /** Tells limits what they had forgotten of windows that the clock was put back into; never beside a change of them. */
        private void recall() {
            if (mark.isPresent()) {
                return;
            }
            if (lost.isEmpty()) {
                lost = budgets.lost();
                lostMark = ledger.said();
            } else if (ledger.hasArchived(lostMark)) {
                Remembering.recall(reports, budgets, lost, clock.instant());
                recalled += lost.size();
                bill.assertRecalled(lost, balances(), clock.instant());
                lost = List.of();
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
                        bill.charge(sent);
                    }
                    settle(
                            sent,
                            Outcome.State.IN_DOUBT,
                            sent.intent().bound().orElseThrow().nanos());
                    soon(() -> budgets.doubt(sent.intent().attemptId()));
                }
                default -> {
                    bill.charge(sent);
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

    /**
     * @return how often power failed, how many calls were refused, how often limits came while calls ran, how often the
     *     clock jumped, and how many windows were recalled
     */
    int[] run(int most) throws IOException {
        life = Optional.of(new Life());
        for (steps = 0; steps < most; steps++) {
            step();
            nothingIsOverspent();
        }
        end();
        return new int[] {crashes, refused, introduced, jumps.count(), recalled};
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
            } else if (what < 917) {
                now.endOne();
            } else if (what < 920) {
                jumps.jump();
                now.jumped = true;
            } else if (what < 930) {
                now.recall();
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
                bill.charge(sent);
            }
        }
        dying.end();
        life = Optional.of(new Life());
        bill.assertNothingIsForgotten(balances(), clock.instant());
        bill.assertNoWindowIsOverspent();
    }

    private List<Balance> balances() {
        return life.orElseThrow().budgets.balances(clock.instant());
    }

    private void nothingIsOverspent() {
        for (Balance balance : balances()) {
            assertThat(balance.free()).as("%s", balance).isNotNegative();
            assertThat(balance.used()).isNotNegative();
            assertThat(balance.held()).isNotNegative();
            assertThat(balance.doubt()).isNotNegative();
        }
        if (life.orElseThrow().twins && !life.orElseThrow().jumped) {
            SimulatedLimits.assertTwinsAgree(balances());
        }
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
        clock.advance(Duration.between(clock.instant(), jumps.furthest())
                .plus(IN_DOUBT)
                .plusHours(1));
        while (last.doubts.look() > 0) { // A round asks about some only.
            last.ledger.writeOnce();
            last.ledger.copyOnce();
        }
        assertThat(last.budgets.open()).as("holds left").isZero();
        assertThat(last.reports.inDoubt(10)).isEmpty();
        bill.assertBooked(last.reports, clock.instant());
        bill.assertNoWindowIsOverspent();
    }

    @Override
    public void close() throws IOException {
        if (life.isPresent()) {
            life.get().end();
        }
    }
}
