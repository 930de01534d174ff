package dev.sluice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.time.Loop;
import dev.sluice.time.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The beat of many calls: each has its turn, and whoever is out has none. */
class EventLoopTest {
    @AutoClose("close")
    private final Vertx vertx = Vertx.vertx();

    private final Context context = vertx.getOrCreateContext();

    private void onLoop(Consumer<EventLoop> first) {
        context.runOnContext(_ -> {
            EventLoop loop = new EventLoop(vertx, context, Ticker.SYSTEM);
            loop.start();
            first.accept(loop);
        });
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aThousandCallsAreAllBeatenTheSameNumberOfTimes() throws InterruptedException {
        int calls = 1000;
        int rounds = 3;
        List<Integer> order = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(calls * rounds);
        onLoop(loop -> IntStream.range(0, calls)
                .forEach(number -> loop.add(_ -> {
                    if (all.getCount() > 0) {
                        order.add(number);
                        all.countDown();
                    }
                })));
        await(all);
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, calls * rounds)
                        .map(turn -> turn % calls)
                        .boxed()
                        .toList());
    }

    @Test
    void whoIsTakenOutWhileARoundGoesOnIsNotBeatenAnyMore() throws InterruptedException {
        AtomicBoolean beatenWhileOut = new AtomicBoolean();
        CountDownLatch rounds = new CountDownLatch(3);
        onLoop(loop -> {
            Loop.Pulse last = _ -> beatenWhileOut.set(true);
            loop.add(_ -> loop.remove(last));
            IntStream.range(0, 500).forEach(_ -> loop.add(_ -> {}));
            loop.add(last);
            loop.add(_ -> rounds.countDown());
        });
        await(rounds);
        assertThat(beatenWhileOut).isFalse();
    }

    @Test
    void oneThatFailsTakesNoTurnFromTheOthers() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(4);
        onLoop(loop -> {
            context.exceptionHandler(_ -> {}); // It is told of, and that is all.
            loop.add(_ -> {
                throw new IllegalStateException("on purpose");
            });
            loop.add(_ -> others.countDown());
        });
        await(others);
    }

    @Test
    void whoComesInTheMiddleOfARoundHasItsTurnInTheNext() throws InterruptedException {
        CountDownLatch late = new CountDownLatch(1);
        onLoop(loop -> {
            AtomicBoolean added = new AtomicBoolean();
            IntStream.range(0, 500)
                    .forEach(_ -> loop.add(_ -> {
                        if (added.compareAndSet(false, true)) {
                            loop.add(_ -> late.countDown());
                        }
                    }));
        });
        await(late);
    }
}
