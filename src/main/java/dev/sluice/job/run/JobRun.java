package dev.sluice.job.run;

import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.dialect.batch.BatchResult.Effort;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.job.Job;
import dev.sluice.job.Row;
import dev.sluice.job.Rows;
import dev.sluice.model.Money;
import dev.sluice.model.RawJson;
import dev.sluice.time.Clocks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One start of a run: as many virtual threads as calls may run at once take row after row. For one use. */
final class JobRun {
    private final Job job;
    private final PartFile part;
    private final Rows rows;
    private final GatewayClient gateway;
    private final RunBudget budget;
    private final Clocks clocks;
    private final Progress progress;
    private final Stop stop;
    private final Stop.Deadline deadline;
    private Optional<String> over = Optional.empty();

    JobRun(
            Job job,
            PartFile part,
            Rows rows,
            GatewayClient gateway,
            RunBudget budget,
            Clocks clocks,
            Progress progress,
            Stop stop) {
        this.job = job;
        this.part = part;
        this.rows = rows;
        this.gateway = gateway;
        this.budget = budget;
        this.clocks = clocks;
        this.progress = progress;
        this.stop = stop;
        this.deadline = Stop.Deadline.in(job.deadline(), clocks.ticker());
    }

    /** What a row has taken so far, in this start but for its past. */
    private static final class Tally {
        private final long began;
        private RowPast past;
        private int tries;
        private int throttled;

        /** @param past of earlier starts */
        Tally(long began, RowPast past) {
            this.began = began;
            this.past = past;
        }

        void add(Reply reply) {
            tries++;
            throttled += reply.status() == 429 ? 1 : 0;
            past = past.after(reply);
        }

        /** Of a try that only asked what it would take. */
        void pay(Reply reply) {
            past = past.with(false, false, reply.share());
        }
    }

    /**
     * Asks all rows that are not done.
     *
     * @return why rows are left, where some are
     */
    Optional<String> toTheEnd() throws IOException, InterruptedException {
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < job.concurrency(); i++) {
                workers.add(threads.submit(() -> {
                    work();
                    return true;
                }));
            }
        }
        for (Future<?> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof IOException why ? why : new IOException(failed.getCause());
            }
        }
        return why();
    }

    private void work() throws IOException, InterruptedException {
        try {
            for (Optional<Row> row = take(); row.isPresent(); row = take()) {
                switch (row.get()) {
                    case Row.Bad bad -> finish(bad);
                    case Row.Good good -> ask(good);
                }
            }
        } catch (IOException | RuntimeException failed) {
            end("a row could not be written down"); // The others must not go on and spend.
            throw failed;
        }
    }

    private synchronized Optional<Row> take() throws IOException {
        while (!isOver()) {
            Optional<Row> row = rows.next();
            if (row.isEmpty() || !part.isDone(row.get().number())) {
                return row;
            }
        }
        return Optional.empty();
    }

    private synchronized boolean isOver() {
        if (over.isEmpty() && stop.requested()) {
            over = Optional.of("it was stopped");
        }
        if (over.isEmpty() && deadline.isOver()) {
            over = Optional.of("its deadline of " + job.deadline().toSeconds() + " s is over");
        }
        return over.isPresent();
    }

    private synchronized void end(String reason) {
        if (over.isEmpty()) {
            over = Optional.of(reason);
        }
    }

    private synchronized Optional<String> why() {
        return over;
    }

    private void ask(Row.Good row) throws IOException, InterruptedException {
        Tally tally = new Tally(clocks.ticker().nanos(), part.book().past(row.number()));
        while (!isOver()) {
            Optional<RunBudget.Share> share = budget.admit();
            if (share.isEmpty()) {
                end(budget.why());
                return;
            }
            int lives = tally.past.lives();
            Reply reply = ask(row, lives, share.get());
            if (reply.wantsMoreThan(share.get().most())) {
                tally.pay(reply);
                continue; // The budget knows now what it takes.
            }
            tally.add(reply);
            switch (Verdict.of(reply, new Verdict.Past(tally.tries, tally.past.failures(), lives))) {
                case Verdict.Answered _ -> {
                    finish(row, tally, reply);
                    return;
                }
                case Verdict.Anew _ -> {} // Its past has one more life now.
                case Verdict.Failed _ -> {
                    finish(row, tally, reply);
                    return;
                }
                case Verdict.End(String why) -> {
                    end(why);
                    return;
                }
                case Verdict.Again(Duration wait) -> {
                    if (deadline.isOverIn(wait)) {
                        end("its deadline of " + job.deadline().toSeconds()
                                + " s would be over before the gateway serves again (" + reply.words() + ")");
                        return;
                    }
                    stop.pause(wait);
                }
            }
        }
    }

    /** @param life counts from 1; a row gets a new one where what became of its try can never be told */
    private Reply ask(Row.Good row, int life, RunBudget.Share share) throws IOException, InterruptedException {
        String run = part.head().run();
        String name = job.name() + "/" + run + "/" + row.number() + (life == 1 ? "" : "/" + life);
        Reply reply = Reply.nothing("it was not sent", false);
        try {
            RunBook.Try begun =
                    part.book().begin(row.number(), share.most(), clocks.wall().instant());
            reply = Reply.nothing("it was interrupted", true);
            reply = gateway.ask(row.call().body(), job.name(), run, name, share.most());
            part.book().end(begun, reply);
            return reply;
        } finally {
            budget.settle(share, reply);
        }
    }

    private void finish(Row.Good row, Tally tally, Reply reply) throws IOException {
        Effort effort = new Effort(
                reply.answer().inputTokens(),
                reply.answer().cachedTokens(),
                reply.answer().outputTokens(),
                Duration.ofNanos(clocks.ticker().nanos() - tally.began).toMillis(),
                tally.tries,
                tally.throttled);
        boolean good = reply.good();
        finish(new BatchResult(
                row.number(),
                row.line(),
                row.call().id(),
                reply.status(),
                tally.past.cost(),
                reply.origin(),
                effort,
                clocks.wall().instant(),
                good ? Optional.empty() : Optional.of(reply.words()),
                good ? Optional.of(new RawJson(new String(reply.body(), StandardCharsets.UTF_8))) : Optional.empty()));
    }

    private void finish(Row.Bad row) throws IOException {
        finish(new BatchResult(
                row.number(),
                row.line(),
                Optional.empty(),
                0,
                Optional.of(Money.ZERO),
                Origin.NOBODY,
                Effort.NONE,
                clocks.wall().instant(),
                Optional.of(row.why()),
                Optional.empty()));
    }

    private void finish(BatchResult result) throws IOException {
        part.add(result);
        progress.row(result, part.doneRows(), part.failedRows(), part.book().spent());
        if (result.failed() && job.onError() == Job.OnError.STOP) {
            end("line " + result.line() + " failed (" + result.error().orElse("")
                    + ") and the job says 'on-error: stop'");
        }
    }
}
