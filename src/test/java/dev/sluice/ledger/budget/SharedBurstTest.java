package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.KIM;
import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.redis.RedisAddress;
import dev.sluice.store.redis.RedisPool;
import dev.sluice.testing.RealRedis;
import dev.sluice.testing.TestGateway;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Four gateways' own classes against a real Redis, without HTTP, so that many seeds take little time. */
class SharedBurstTest { // B02, G1
    private static final int GATEWAYS = 4;
    private static final int CALLS = 1000;

    @AutoClose
    private final RealRedis redis = RealRedis.start();

    private final List<Budgets> gateways = new ArrayList<>();
    private final List<PoolLink> links = new ArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    private void start(long amount) {
        for (int i = 0; i < GATEWAYS; i++) {
            Budgets budgets = Budgets.shared(List.of(money("gateway", amount, Period.DAY)), Watcher.NOBODY);
            RedisPool pool =
                    new RedisPool(RedisAddress.parse(redis.address()), "burst", "gateway" + i, Duration.ofSeconds(5));
            gateways.add(budgets);
            links.add(PoolLink.start(budgets, pool, now::get, _ -> {}));
        }
    }

    @AfterEach
    void closeLinks() {
        links.forEach(PoolLink::close);
    }

    /** As a call does: asks again until it is decided. */
    private static Ruling decided(Budgets budgets, String id, long nanos, Instant at) {
        while (true) {
            Ruling ruling = budgets.hold(id, KIM, need(nanos), at);
            if (!(ruling instanceof Ruling.Asked)) {
                return ruling;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void ofAThousandCallsAtOnceAtFourGatewaysExactlyThoseThatFitPass() throws Exception {
        long bound = 1_000_003;
        start(bound * 100 + bound / 2);
        int seeds = Integer.getInteger("sluice.bursts", 100);
        for (long seed = 1; seed <= seeds; seed++) {
            burst(seed, bound);
        }
        System.out.println(seeds + " bursts");
    }

    /** Each in a day of its own, so that none must wait for a fresh pool. */
    private void burst(long seed, long bound) throws Exception {
        Random random = new Random(seed);
        Instant at = NOON.plus(Duration.ofDays(seed));
        now.set(at);
        int few = random.nextInt(GATEWAYS);
        boolean uneven = random.nextBoolean();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Ruling>> rulings = new ArrayList<>();
        List<Budgets> whose = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int call = 0; call < CALLS; call++) {
                Budgets budgets = gateways.get(uneven && random.nextInt(10) > 0 ? few : random.nextInt(GATEWAYS));
                String id = "seed" + seed + "-" + call;
                whose.add(budgets);
                rulings.add(threads.submit(() -> {
                    start.await();
                    return decided(budgets, id, bound, at);
                }));
            }
            start.countDown();
        }
        int held = 0;
        for (int call = 0; call < CALLS; call++) {
            Ruling ruling = rulings.get(call).get();
            if (ruling instanceof Ruling.Held) {
                held++;
                whose.get(call).settle("seed" + seed + "-" + call, cost(random.nextLong(bound + 1)));
            } else {
                assertThat(ruling).as("seed %d", seed).isInstanceOf(Ruling.Insufficient.class);
            }
        }
        assertThat(held).as("seed %d", seed).isEqualTo(100);
    }

    @Test
    void nearlyAllOfABudgetCanBeSpentThoughOneGatewayTookACushionFirst() {
        long amount = 1_000_000_000;
        start(amount);
        assertThat(decided(gateways.getFirst(), "first", 1000, NOON)).isEqualTo(new Ruling.Held());
        gateways.getFirst().settle("first", cost(1000));
        Balance first = gateways.getFirst().balances(NOON).getFirst();
        assertThat(first.share().orElseThrow().lease()).as("a cushion").isGreaterThan(amount / 10);
        Random random = new Random(1);
        long used = 1000;
        int call = 0;
        while (true) {
            String id = "call" + call++;
            long most = 1_000_000;
            if (!(decided(gateways.get(1 + call % 3), id, most, NOON) instanceof Ruling.Held)) {
                break;
            }
            long nanos = random.nextLong(most / 2, most);
            gateways.get(1 + call % 3).settle(id, cost(nanos));
            used += nanos;
        }
        assertThat(used).isBetween(amount * 99 / 100, amount);
        System.out.println(used * 10000 / amount + " of 10000 spent by " + call + " calls");
    }

    @Test
    void aGatewayThatClosesGivesBackWhatItDoesNotNeed() {
        start(1_000_000);
        assertThat(decided(gateways.getFirst(), "a", 1000, NOON)).isEqualTo(new Ruling.Held());
        gateways.getFirst().settle("a", cost(1000));
        links.removeFirst().close();
        assertThat(decided(gateways.get(1), "b", 999_000, NOON)).isEqualTo(new Ruling.Held());
    }

    @Test
    void withoutTheServerWhatIsLeasedCanBeSpentAndItComesBackByItself() {
        start(1_000_000);
        Budgets one = gateways.getFirst();
        assertThat(decided(one, "a", 1000, NOON)).isEqualTo(new Ruling.Held());
        redis.stop();
        TestGateway.await("it is noticed", () -> !one.pool().orElseThrow().reachable());
        assertThat(decided(one, "b", 1000, NOON)).as("of its cushion").isEqualTo(new Ruling.Held());
        assertThat(decided(one, "c", 500_000, NOON)).isInstanceOf(Ruling.Unreachable.class);
        redis.startEmpty();
        TestGateway.await("it is back", () -> decided(one, "d", 500_000, NOON) instanceof Ruling.Held);
        assertThat(decided(gateways.get(1), "e", 498_001, NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(decided(gateways.get(1), "f", 498_000, NOON)).isEqualTo(new Ruling.Held());
    }
}
