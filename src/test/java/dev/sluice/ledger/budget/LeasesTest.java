package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.cost;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Lives of four gateways with one pool, from seeds: calls, endings, rounds whose answers come late or never, gateways
 * that die and start again from what their ledgers know, and a pool that loses everything. At every moment what is
 * leased is no more than the amount, and what is taken no more than what is leased.
 */
class LeasesTest {
    private static final long AMOUNT = 1000;
    private static final List<Limit> LIMITS =
            List.of(money("gateway", AMOUNT, Period.DAY), money("user/*", 400, Period.DAY));

    @Test
    void noOrderOfEventsTakesMoreThanTheAmount() {
        int lives = Integer.getInteger("sluice.lives", 300);
        for (long seed = 1; seed <= lives; seed++) {
            new Life(seed).live();
        }
    }

    /** One gateway: what it believes, and what it would know after a death. */
    private static final class Member {
        private final String name;
        private Holds holds = Holds.shared(LIMITS, Watcher.NOBODY);
        private boolean inRound;
        private List<PoolReport> told = List.of();
        private Map<String, Long> running = new HashMap<>();
        private final Map<String, Long> settled = new HashMap<>();
        private final Map<String, String> users = new HashMap<>();

        private Member(String name) {
            this.name = name;
        }

        /** Killed, and started from its ledger: what ran is in doubt. */
        private void dieAndRise() {
            holds = Holds.shared(LIMITS, Watcher.NOBODY);
            inRound = false;
            settled.forEach((id, nanos) -> LIMITS.forEach(
                    limit -> holds.remember(limit, spender(users.getOrDefault(id, "")), NOON, cost(nanos))));
            running.forEach(
                    (id, nanos) -> holds.rememberDoubt(id, spender(users.getOrDefault(id, "")), NOON, cost(nanos)));
        }
    }

    private static Spender spender(String user) {
        return Budgeting.spender("acme", "search", user, "k1", "");
    }

    private static final class Life {
        private final long seed;
        private final Random random;
        private final HandPool pool = new HandPool();
        private final List<Member> members = new ArrayList<>();
        private int calls;
        private boolean lost;

        private Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < 4; i++) {
                members.add(new Member("gateway" + i));
            }
        }

        private void live() {
            for (int step = 0; step < 400; step++) {
                Member member = members.get(random.nextInt(4));
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4, 5 -> call(member);
                    case 6, 7, 8 -> end(member);
                    case 9 -> member.holds.replace(LIMITS);
                    case 10 -> disturb(member);
                    default -> round(member);
                }
                check(step);
            }
            settleAll();
        }

        private void call(Member member) {
            String id = "call" + random.nextInt(calls + 1);
            long nanos = 1L + random.nextInt(120);
            String user = "user" + random.nextInt(3);
            boolean known = members.stream().anyMatch(one -> one.users.containsKey(id));
            if (!known) {
                calls++;
                member.users.put(id, user);
                if (member.holds.hold(id, spender(user), need(nanos), NOON) instanceof Ruling.Held) {
                    member.running.put(id, nanos);
                } else {
                    member.holds.release(id);
                }
            }
        }

        private void end(Member member) {
            member.running.keySet().stream().sorted().findFirst().ifPresent(id -> {
                long most = member.running.getOrDefault(id, 0L);
                member.running.remove(id);
                if (random.nextInt(3) == 0) {
                    member.holds.release(id);
                } else {
                    long nanos = random.nextLong(most + 1);
                    member.holds.settle(id, cost(nanos));
                    member.settled.put(id, nanos);
                }
            });
        }

        private void disturb(Member member) {
            switch (random.nextInt(4)) {
                case 0 -> member.dieAndRise();
                case 1 -> {
                    if (!lost && members.stream().noneMatch(one -> one.inRound)) {
                        lost = true;
                        pool.lose();
                        members.forEach(this::finishedRound); // Each living one tells its own in the opening.
                        members.forEach(this::finishedRound);
                        pool.opening = false;
                    }
                }
                default -> {
                    if (member.inRound) {
                        if (random.nextBoolean()) {
                            pool.exchange(member.name, member.told); // It arrived, and its answer did not.
                        }
                        member.inRound = false;
                        member.holds.unanswered(false);
                    }
                }
            }
        }

        /** Begins one, or ends the one that is under way: in between, anything may happen. */
        private void round(Member member) {
            if (member.inRound) {
                member.inRound = false;
                member.holds.answered(pool.exchange(member.name, member.told));
            } else {
                member.inRound = true;
                String wanted = "wanted" + calls;
                if (random.nextBoolean()) {
                    member.holds.hold(wanted, spender("user0"), need(1L + random.nextInt(200)), NOON);
                }
                member.told = member.holds.reports(100, 100, NOON);
                member.holds.release(wanted);
            }
        }

        private void finishedRound(Member member) {
            member.holds.answered(pool.exchange(member.name, member.holds.reports(100, 100, NOON)));
        }

        private void check(int step) {
            Map<String, Long> leased = new HashMap<>();
            Map<String, Long> taken = new HashMap<>();
            Map<String, Long> amounts = new HashMap<>();
            for (Member member : members) {
                for (Balance balance : member.holds.balances(NOON)) {
                    String key = balance.limit().title() + balance.account();
                    long own = balance.used() + balance.held() + balance.doubt();
                    leased.merge(
                            key, Math.max(own, balance.share().orElseThrow().lease()), Long::sum);
                    taken.merge(key, own, Long::sum);
                    amounts.put(key, balance.limit().amount());
                }
            }
            leased.forEach((key, sum) -> assertThat(sum)
                    .as("%s of seed %d at step %d", key, seed, step)
                    .isLessThanOrEqualTo(amounts.get(key)));
            taken.forEach((key, sum) -> assertThat(sum)
                    .as("%s of seed %d at step %d", key, seed, step)
                    .isLessThanOrEqualTo(amounts.get(key)));
        }

        /** Nothing is lost on the way: with all calls ended, one gateway alone can spend the rest. */
        private void settleAll() {
            for (Member member : members) {
                if (member.inRound) {
                    round(member);
                }
                member.running.keySet().forEach(member.holds::release);
                member.running = new HashMap<>();
                member.holds.giveAllBack();
            }
            members.forEach(this::finishedRound);
            members.forEach(this::finishedRound);
            Member last = members.getLast();
            long used = members.stream()
                    .flatMap(member -> member.settled.values().stream())
                    .mapToLong(Long::longValue)
                    .sum();
            last.holds.hold("last", Budgeting.spender("acme", "search", "somebody", "k1", ""), need(1), NOON);
            last.holds.release("last");
            long rest = Math.min(400, AMOUNT - used);
            if (rest > 0) {
                Spender fresh = Budgeting.spender("acme", "search", "fresh", "k1", "");
                for (int tries = 0; tries < 6; tries++) {
                    last.holds.hold("rest", fresh, need(rest), NOON);
                    members.forEach(this::finishedRound);
                }
                assertThat(last.holds.hold("rest", fresh, need(rest), NOON))
                        .as("seed %d, %d left", seed, rest)
                        .isEqualTo(new Ruling.Held());
            }
        }
    }
}
