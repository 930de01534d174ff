package dev.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Many calls at the same moment. */
public final class AtOnce {
    private AtOnce() {}

    /**
     * Begins all of them together, each on its own thread.
     *
     * @param call makes one, by its number from 0
     * @param each hears of a reply as soon as it is there
     * @return the replies by number
     */
    public static List<Reply> calls(int count, IntFunction<Reply> call, Consumer<Reply> each) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    start.await();
                    Reply reply = call.apply(number);
                    each.accept(reply);
                    return reply;
                }));
            }
            start.countDown();
            for (Future<Reply> one : running) {
                replies.add(one.get());
            }
        }
        return replies;
    }
}
