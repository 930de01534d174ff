package dev.sluice.store.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.pipeline.Fate;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.repeat.KeptAnswers.Found;
import dev.sluice.pipeline.repeat.KeptAnswers.Once;
import dev.sluice.pipeline.repeat.RecordedReply;
import dev.sluice.store.DataFolder;
import dev.sluice.time.HandClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of calls under a key has bounds, and never is a call forgotten that may be charged twice for it. */
class SqliteAnswersTest { // L14
    private static final Duration KEPT = Duration.ofHours(24);
    private static final long MANY_BYTES = 1 << 30;

    @TempDir
    private Path path;

    private final HandClock clock = new HandClock("2026-11-21T12:00:00Z");
    private DataFolder folder;

    @BeforeEach
    void lock() throws Exception {
        folder = DataFolder.lock(path.resolve("data"));
    }

    @AfterEach
    void unlock() throws Exception {
        folder.close();
    }

    private SqliteAnswers open(long bytes, Function<String, Fate> fate) {
        return SqliteAnswers.start(folder.path(), new Clerk.Bounds(KEPT, bytes), fate, clock);
    }

    private SqliteAnswers open(long bytes) {
        return open(bytes, _ -> Fate.IN_DOUBT);
    }

    private static Once call(String id) {
        return new Once(id, "fingerprint", "request-" + id);
    }

    private static BlockingQueue<Found> ask(SqliteAnswers answers, String id) {
        BlockingQueue<Found> found = new LinkedBlockingQueue<>();
        answers.begin(call(id), Runnable::run, found::add);
        return found;
    }

    private static Found told(BlockingQueue<Found> asked) throws InterruptedException {
        Found found = asked.poll(30, TimeUnit.SECONDS);
        assertThat(found).as("what is found").isNotNull();
        return found;
    }

    private static Found begin(SqliteAnswers answers, String id) throws InterruptedException {
        return told(ask(answers, id));
    }

    private static RecordedReply reply(int bytes) {
        return new RecordedReply(new ReplyHead(200, "application/json", List.of()), false, new byte[bytes]);
    }

    private static void answer(SqliteAnswers answers, String id, int bytes) throws InterruptedException {
        assertThat(begin(answers, id)).isInstanceOf(Found.Begun.class);
        answers.keep(call(id), reply(bytes));
    }

    @Test
    void whereThereIsTooMuchTheOldestAnswersGoButNoCallThatIsUnderWay() throws Exception {
        try (SqliteAnswers answers = open(20_000)) {
            assertThat(begin(answers, "under way")).isInstanceOf(Found.Begun.class);
            for (int number = 0; number < 20; number++) {
                clock.advance(Duration.ofSeconds(1));
                answer(answers, "answered " + number, 4_000);
            }
        } // As a crash would: the call under way has no end.
        try (SqliteAnswers answers = open(20_000)) {
            assertThat(begin(answers, "under way")).isInstanceOf(Found.InDoubt.class);
            assertThat(begin(answers, "answered 19")).isInstanceOf(Found.Answered.class);
            assertThat(begin(answers, "answered 0")).isInstanceOf(Found.Begun.class);
        }
    }

    @Test
    void aCallOfAnEarlierLifeThatIsInDoubtIsNotForgottenForTheAnswersOfThisOne() throws Exception {
        try (SqliteAnswers before = open(20_000)) {
            assertThat(begin(before, "in doubt")).isInstanceOf(Found.Begun.class);
        }
        try (SqliteAnswers answers = open(20_000)) {
            for (int number = 0; number < 20; number++) {
                clock.advance(Duration.ofSeconds(1));
                answer(answers, "answered " + number, 4_000);
            }
            assertThat(begin(answers, "answered 0")).as("there was no room").isInstanceOf(Found.Begun.class);
            assertThat(begin(answers, "in doubt")).isInstanceOf(Found.InDoubt.class);
        }
    }

    @Test
    void anAnswerForWhichThereCanBeNoRoomCostsNoOtherItsOwn() throws Exception {
        try (SqliteAnswers answers = open(20_000)) {
            answer(answers, "small", 4_000);
            answer(answers, "too large", 30_000);
            assertThat(begin(answers, "too large")).isInstanceOf(Found.Lost.class);
            assertThat(begin(answers, "small")).isInstanceOf(Found.Answered.class);
        }
    }

    @Test
    void whereOnlyCallsUnderWayAreLeftNoFurtherOneBeginsAndNoAnswerTakesTheirRoom() throws Exception {
        try (SqliteAnswers answers = open(5_000)) {
            List<String> begun = new ArrayList<>();
            while (begun.size() < 100 && begin(answers, "call " + begun.size()) instanceof Found.Begun) {
                begun.add("call " + begun.size());
            }
            assertThat(begun).hasSizeBetween(5, 10);
            assertThat(begin(answers, "one more"))
                    .isInstanceOfSatisfying(
                            Found.Unavailable.class,
                            refused -> assertThat(refused.why()).contains("too many calls"));
            answers.keep(call("call 0"), reply(4_000));
            assertThat(begin(answers, "call 0")).as("its answer had no room").isInstanceOf(Found.Lost.class);
            answers.release(call("call 1"));
            assertThat(begin(answers, "one more")).isInstanceOf(Found.Begun.class);
        }
    }

    @Test
    void aCallThatTakesLongerThanAnswersAreKeptIsNotForgottenMeanwhile() throws Exception {
        try (SqliteAnswers answers = open(MANY_BYTES)) {
            assertThat(begin(answers, "long")).isInstanceOf(Found.Begun.class);
            clock.advance(KEPT.plusHours(1));
            assertThat(begin(answers, "sweeps")).isInstanceOf(Found.Begun.class);
            clock.advance(Duration.ofHours(-2)); // So that only a row that is there can tell.
        }
        try (SqliteAnswers answers = open(MANY_BYTES)) {
            assertThat(begin(answers, "long")).isInstanceOf(Found.InDoubt.class);
        }
    }

    @Test
    void whileTheDiskStandsStillOnlySoMuchWaitsForIt() throws Exception {
        try (SqliteAnswers before = open(MANY_BYTES)) {
            assertThat(begin(before, "stuck")).isInstanceOf(Found.Begun.class);
        }
        CountDownLatch slow = new CountDownLatch(1);
        int calls = 100;
        try (SqliteAnswers answers = open(MANY_BYTES, _ -> stuckUntil(slow))) {
            for (int number = 0; number < calls; number++) {
                assertThat(begin(answers, "call " + number)).isInstanceOf(Found.Begun.class);
            }
            BlockingQueue<Found> stuck = ask(answers, "stuck");
            for (int number = 0; number < calls; number++) {
                answers.keep(call("call " + number), reply(1 << 20));
            }
            List<BlockingQueue<Found>> waiting = new ArrayList<>();
            for (int number = 0; number < 20_000 && !isRefused(waiting); number++) {
                waiting.add(ask(answers, "late " + number));
            }
            assertThat(waiting).hasSizeLessThan(20_000);
            slow.countDown();
            assertThat(told(stuck)).isInstanceOf(Found.InDoubt.class);
            assertThat(told(waiting.getFirst())).isInstanceOf(Found.Begun.class);
            List<Found> found = new ArrayList<>();
            for (int number = 0; number < calls; number++) {
                found.add(begin(answers, "call " + number));
            }
            assertThat(found).hasOnlyElementsOfTypes(Found.Answered.class, Found.Lost.class);
            assertThat(found).filteredOn(Found.Answered.class::isInstance).hasSizeBetween(10, 64);
        }
    }

    private static boolean isRefused(List<BlockingQueue<Found>> waiting) {
        return !waiting.isEmpty() && waiting.getLast().peek() instanceof Found.Unavailable;
    }

    private static Fate stuckUntil(CountDownLatch released) {
        try {
            assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Fate.IN_DOUBT;
    }
}
