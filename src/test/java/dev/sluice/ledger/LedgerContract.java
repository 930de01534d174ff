package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every ledger that keeps anything does. */
public abstract class LedgerContract {

    /** The ledger under test, open. */
    protected abstract Ledger ledger();

    /** Every ended attempt, once the ledger has been closed. */
    protected abstract List<Attempt> booked();

    @Test
    void anAttemptIsBookedAsItWasIntendedAndEnded() {
        intend("a");
        ledger().settle(Samples.settled("a", 42));
        ledger().close();
        assertThat(booked()).containsExactly(Samples.attempt("a", 42));
    }

    @Test
    void theContinuationRunsOnceOnItsLoop() throws InterruptedException {
        BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        Answer answer = new Answer();
        ledger().intend(Samples.intent("a"), loop::add, answer);
        Runnable task = loop.poll(10, TimeUnit.SECONDS);
        assertThat(answer.all()).as("before its loop runs it").isEmpty();
        Objects.requireNonNull(task, "nothing came to the loop").run();
        ledger().close();
        assertThat(answer.all()).containsExactly("durable");
        assertThat(loop).isEmpty();
    }

    @Test
    void aSecondOutcomeChangesNothing() { // L13
        intend("a");
        ledger().settle(Samples.settled("a", 42));
        ledger().settle(Samples.settled("a", 43));
        ledger().close();
        assertThat(booked()).containsExactly(Samples.attempt("a", 42));
    }

    @Test
    void anOutcomeWithoutAnIntentChangesNothing() {
        ledger().settle(Samples.settled("stranger", 42));
        ledger().close();
        assertThat(booked()).isEmpty();
    }

    @Test
    void aFreeAttemptIsBookedWithoutAnIntent() {
        Outcome free = Samples.outcome("a", Outcome.State.SETTLED, Optional.empty(), new Cost.Free());
        ledger().record(Samples.intent("a"), free);
        ledger().close();
        assertThat(booked()).containsExactly(new Attempt(Samples.intent("a"), free));
    }

    @Test
    void manyAttemptsAddUp() {
        long sum = 0;
        for (int number = 0; number < 300; number++) {
            intend("a" + number);
            ledger().settle(Samples.settled("a" + number, number));
            sum += number;
        }
        ledger().close();
        assertThat(booked()).hasSize(300);
        assertThat(booked().stream()
                        .map(Attempt::outcome)
                        .mapToLong(outcome -> outcome.cost() instanceof Cost.Priced(Money amount) ? amount.nanos() : 0)
                        .sum())
                .isEqualTo(sum);
    }

    @Test
    void aClosedLedgerRefuses() {
        ledger().close();
        Answer answer = new Answer();
        ledger().intend(Samples.intent("late"), Runnable::run, answer);
        assertThat(answer.next()).isEqualTo("refused: the ledger is closing");
    }

    private void intend(String id) {
        Answer answer = new Answer();
        ledger().intend(Samples.intent(id), Runnable::run, answer);
        assertThat(answer.next()).isEqualTo("durable");
    }

    /** Collects what the ledger answers. */
    public static final class Answer implements Ledger.Intended {
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

        @Override
        public void durable() {
            answers.add("durable");
        }

        @Override
        public void refused(Failure.LedgerUnavailable failure) {
            answers.add("refused: " + failure.message());
        }

        public List<String> all() {
            return List.copyOf(answers);
        }

        /** Waits for the answer, at most ten seconds. */
        public String next() {
            try {
                String answer = answers.poll(10, TimeUnit.SECONDS);
                return answer == null ? "no answer" : answer;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }
    }
}
