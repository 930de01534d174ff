package dev.sluice.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.batch.BatchAnswer;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.job.Job;
import dev.sluice.model.Money;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunBudgetTest {
    private static final String TOO_DEAR = "{\"error\":{\"message\":\"scripted\",\"code\":\"max_cost_exceeded\"}}";

    private static RunBudget budget(long run) {
        return new RunBudget(new Job.Budget(Optional.of(new Money(run)), Optional.empty()), Money.ZERO, Money.ZERO);
    }

    private static Reply reply(int status, String body, Optional<Money> cost, long bound, boolean lost) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new Reply(
                status,
                bytes,
                BatchAnswer.read(bytes),
                cost,
                Optional.of(new Money(bound)),
                Money.ZERO,
                lost,
                false,
                Origin.NOBODY,
                Optional.empty(),
                "");
    }

    private static Reply answer(long cost, long bound) {
        return reply(200, "{}", Optional.of(new Money(cost)), bound, false);
    }

    private static Reply tooDear(long bound) {
        return reply(400, TOO_DEAR, Optional.of(Money.ZERO), bound, false);
    }

    /** A gateway that holds each try to its share, for rows of any size. */
    private static final class Gateway {
        private final AtomicLong charged = new AtomicLong();
        private final AtomicLong atRisk = new AtomicLong();
        private final AtomicLong most = new AtomicLong();

        Reply ask(long share, long bound, long cost, boolean lost) {
            if (bound > share) {
                return tooDear(bound);
            }
            most.accumulateAndGet(charged.get() + atRisk.addAndGet(bound), Math::max);
            Thread.onSpinWait();
            charged.addAndGet(cost);
            atRisk.addAndGet(-bound);
            return lost ? reply(0, "", Optional.of(Money.ZERO), 0, true) : answer(cost, bound);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noOrderOfManyRowsAtOnceTakesMoreThanThereIs(long seed) throws Exception {
        long amount = 100_000;
        RunBudget budget = budget(amount);
        Gateway gateway = new Gateway();
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 16; worker++) {
                Random random = new Random(seed * 100 + worker);
                workers.add(threads.submit(() -> {
                    rows(budget, gateway, random);
                    return true;
                }));
            }
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(gateway.most.get()).as("charged or at risk at any moment").isLessThanOrEqualTo(amount);
        assertThat(gateway.charged.get()).as("seed %d", seed).isBetween(amount * 90 / 100, amount);
        assertThat(budget.why()).contains("the job's budget of $0.0001");
    }

    /** Rows that may cost up to a thousand and cost less, until there is no room; one in 500 is never heard of again. */
    private static void rows(RunBudget budget, Gateway gateway, Random random) throws InterruptedException {
        while (true) {
            long bound = 100L + random.nextInt(900);
            long cost = bound / (1L + random.nextInt(10));
            boolean lost = random.nextInt(500) == 0;
            boolean done = false;
            while (!done) {
                Optional<RunBudget.Share> share = budget.admit();
                if (share.isEmpty()) {
                    return;
                }
                Reply reply = gateway.ask(share.get().most().orElseThrow().nanos(), bound, lost ? bound : cost, lost);
                budget.settle(share.get(), reply);
                done = !reply.isTooDear();
            }
        }
    }

    @Test
    void theFirstTryAsksWhatItWouldTake() throws Exception {
        RunBudget budget = budget(1_000);
        RunBudget.Share probe = budget.admit().orElseThrow();
        assertThat(probe.most()).contains(Money.ZERO);
        budget.settle(probe, tooDear(300));
        assertThat(budget.admit().orElseThrow().most()).contains(new Money(300));
    }

    @Test
    void aRowThatMayTakeMoreThanIsLeftEndsTheRunAndSaysSo() throws Exception {
        RunBudget budget = budget(1_000);
        budget.settle(budget.admit().orElseThrow(), tooDear(300));
        budget.settle(budget.admit().orElseThrow(), answer(200, 300));
        budget.settle(budget.admit().orElseThrow(), tooDear(900));
        RunBudget.Share rest = budget.admit().orElseThrow();
        assertThat(rest.most()).contains(new Money(800));
        budget.settle(rest, tooDear(900));
        assertThat(budget.admit()).isEmpty();
        assertThat(budget.why())
                .contains(
                        "what is left of the job's budget of $0.000001 ($0.0000008) is less than the next row may cost"
                                + " ($0.0000009)");
    }

    @Test
    void aTryOfWhichNothingWasHeardCountsAsAllThatItMightHaveCost() throws Exception {
        RunBudget budget = budget(1_000);
        budget.settle(budget.admit().orElseThrow(), tooDear(600));
        budget.settle(budget.admit().orElseThrow(), Reply.nothing("it broke off", true));
        assertThat(budget.admit().orElseThrow().most()).contains(new Money(400));
    }

    @Test
    void aGatewayThatWasNeverReachedHasCostNothing() throws Exception {
        RunBudget budget = budget(1_000);
        budget.settle(budget.admit().orElseThrow(), tooDear(600));
        budget.settle(budget.admit().orElseThrow(), Reply.nothing("nobody listens", false));
        assertThat(budget.admit().orElseThrow().most()).contains(new Money(600));
    }
}
