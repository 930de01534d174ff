package dev.sluice.ledger.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Every order in which the steps of a few calls can come. {@link Holds} is deterministic and one lock stands before it,
 * so these are all interleavings that threads can make.
 */
class HoldsInterleavingsTest { // B03, I1
    private static final Instant NOON = Instant.parse("2026-11-21T03:00:00Z");
    private static final Spender KIM =
            new Spender(new Caller("k", "acme", "", "kim", "", "", "", ""), "deepseek", "deepseek-flash");
    private static final long MOST = 100;
    private static final Amounts COST = Amounts.attempt(new Money(60), 1);

    private long orders;

    /** What a call does next. */
    private enum Step {
        HOLD,
        SETTLE,
        VOID,
        DOUBT,
        /** What an amendment does: the attempt in doubt was not charged. */
        CLEAR
    }

    private static final List<List<Step>> CALLS = List.of(
            List.of(Step.HOLD, Step.SETTLE, Step.SETTLE),
            List.of(Step.HOLD, Step.DOUBT, Step.SETTLE),
            List.of(Step.HOLD, Step.VOID, Step.HOLD),
            List.of(Step.HOLD, Step.DOUBT, Step.CLEAR));

    private static Limit limit(String scope, long amount) {
        return new Limit(
                Scope.of(scope),
                "",
                Measure.MONEY,
                amount,
                Period.DAY,
                ZoneId.of("Asia/Seoul"),
                true,
                Limit.MARKS,
                Optional.empty());
    }

    @Test
    void noOrderOfTheStepsOfFourCallsOverspendsOrLosesAnything() {
        // Two of the four fit at once; what settles lower makes room for a third.
        explore(new int[CALLS.size()], new ArrayList<>());
        System.out.println(orders + " orders");
        assertThat(orders).isEqualTo(369_600);
    }

    private void explore(int[] done, List<Integer> order) {
        boolean over = true;
        for (int call = 0; call < done.length; call++) {
            if (done[call] < CALLS.get(call).size()) {
                over = false;
                done[call]++;
                order.add(call);
                explore(done, order);
                order.removeLast();
                done[call]--;
            }
        }
        if (over) {
            orders++;
            live(order);
        }
    }

    private static void live(List<Integer> order) {
        Holds holds = new Holds(List.of(limit("gateway", 270), limit("tenant/acme", 250)), Watcher.NOBODY);
        int[] done = new int[CALLS.size()];
        boolean[] open = new boolean[CALLS.size()];
        long spent = 0;
        for (int call : order) {
            String id = "call" + call;
            Step step = CALLS.get(call).get(done[call]++);
            switch (step) {
                case HOLD ->
                    open[call] = holds.hold(id, KIM, Need.of(Amounts.attempt(new Money(MOST), 1)), NOON)
                            instanceof Ruling.Held;
                case SETTLE -> {
                    holds.settle(id, COST);
                    spent += open[call] ? COST.money() : 0;
                    open[call] = false;
                }
                case VOID, CLEAR -> {
                    holds.release(id);
                    open[call] = false;
                }
                case DOUBT -> holds.doubt(id);
            }
            check(holds, order, spent, count(open) * MOST);
        }
    }

    private static int count(boolean[] open) {
        int count = 0;
        for (boolean one : open) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Plain comparisons: there are millions of these. */
    private static void check(Holds holds, List<Integer> order, long spent, long open) {
        for (Balance balance : holds.balances(NOON)) {
            boolean right = balance.used() == spent
                    && balance.held() >= 0
                    && balance.doubt() >= 0
                    && balance.held() + balance.doubt() == open
                    && balance.used() + balance.held() + balance.doubt()
                            <= balance.limit().amount();
            if (!right) {
                throw new AssertionError(balance + " after " + order + ": spent " + spent + ", open " + open);
            }
        }
    }
}
