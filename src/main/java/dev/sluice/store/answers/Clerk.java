package dev.sluice.store.answers;

import dev.sluice.model.GatewayException;
import dev.sluice.pipeline.Fate;
import dev.sluice.pipeline.repeat.KeptAnswers.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that uses the file. When the disk fails, calls that want to begin are refused and what was to be
 * written is kept and tried again; a damaged file is never trusted again in this life.
 */
public final class Clerk implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Clerk.class);
    private static final int LARGEST_BATCH = 256;
    private static final int MOST_LATE = 1000;
    private static final long AGAIN_MILLIS = 1000;
    private static final Duration SWEEP = Duration.ofMinutes(10);

    private final Path folder;
    private final Bounds bounds;
    private final Function<String, Fate> fate;
    private final InstantSource clock;
    private final BlockingQueue<Order> orders;
    private final String life = UUID.randomUUID().toString();
    private final List<Order> late = new ArrayList<>();
    private Optional<AnswerFile> file = Optional.empty();
    private Optional<String> damage = Optional.empty();
    private boolean troubled;
    private long sweptAt;

    /**
     * How long and how much.
     *
     * @param bytes the most of all answers together
     */
    public record Bounds(Duration kept, long bytes) {}

    Clerk(Path folder, Bounds bounds, Function<String, Fate> fate, InstantSource clock, BlockingQueue<Order> orders) {
        this.folder = folder;
        this.bounds = bounds;
        this.fate = fate;
        this.clock = clock;
        this.orders = orders;
    }

    @Override
    public void run() {
        boolean over = false;
        try {
            work(List.of()); // Opens the file before anybody asks.
            while (!over) {
                List<Order> batch = take();
                over = batch.removeIf(Order.Close.class::isInstance);
                work(batch);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private List<Order> take() throws InterruptedException {
        List<Order> batch = new ArrayList<>();
        Optional<Order> first = late.isEmpty()
                ? Optional.of(orders.take())
                : Optional.ofNullable(orders.poll(AGAIN_MILLIS, TimeUnit.MILLISECONDS));
        first.ifPresent(batch::add);
        orders.drainTo(batch, LARGEST_BATCH);
        return batch;
    }

    private void work(List<Order> batch) {
        List<Order> all = new ArrayList<>(late);
        all.addAll(batch);
        late.clear();
        try {
            List<Runnable> words = new ArrayList<>();
            AnswerFile opened = opened();
            for (Order order : all) {
                carryOut(opened, order, words);
            }
            sweep(opened);
            opened.commit();
            words.forEach(Runnable::run);
            if (troubled) {
                LOG.warn("the store of kept answers works again");
                troubled = false;
            }
        } catch (SQLException | IOException failed) {
            fail(all, failed);
        } catch (RuntimeException bug) {
            LOG.error("the store of kept answers has a bug", bug);
            fail(all, bug);
        }
    }

    private AnswerFile opened() throws IOException {
        if (damage.isPresent()) {
            throw new IOException(damage.get());
        }
        if (file.isEmpty()) {
            file = Optional.of(AnswerFile.open(folder, bounds.bytes()));
        }
        return file.get();
    }

    private void carryOut(AnswerFile opened, Order order, List<Runnable> words) throws SQLException {
        switch (order) {
            case Order.Begin begin -> {
                Found found = begin(opened, begin);
                words.add(() -> begin.tell(found));
            }
            case Order.Keep keep -> {
                keep(opened, keep);
                words.add(keep.done());
            }
            case Order.Release release -> opened.remove(release.call().id());
            case Order.Close _ -> {}
        }
    }

    private void keep(AnswerFile opened, Order.Keep keep) throws SQLException {
        if (!opened.put(Row.begun(keep.call(), life, keep.atMillis()).answered(keep.reply()))) {
            LOG.warn("there is no room for an answer, so it is not kept, and repeats of its call are refused");
        }
    }

    private Found begin(AnswerFile opened, Order.Begin begin) throws SQLException {
        return switch (opened.look(begin.call().id())) {
            case AnswerFile.Look.Nothing() -> first(opened, begin);
            case AnswerFile.Look.Whole(Row row) -> isOver(row) ? first(opened, begin) : again(opened, begin, row);
            case AnswerFile.Look.Damaged() -> {
                LOG.error(
                        "a kept answer is damaged; a repeat of its call is refused, because it may have been charged");
                yield new Found.Lost();
            }
        };
    }

    private boolean isOver(Row row) {
        return clock.millis() - row.atMillis() >= bounds.kept().toMillis();
    }

    private Found first(AnswerFile opened, Order.Begin begin) throws SQLException {
        return opened.put(Row.begun(begin.call(), life, clock.millis()))
                ? new Found.Begun()
                : new Found.Unavailable("too many calls under an Idempotency-Key have no end yet");
    }

    private Found again(AnswerFile opened, Order.Begin begin, Row row) throws SQLException {
        if (!row.call().fingerprint().equals(begin.call().fingerprint())) {
            return new Found.OtherCall();
        }
        if (row.reply().isPresent()) {
            return new Found.Answered(row.reply().get());
        }
        if (row.life().equals(life)) {
            return new Found.Lost();
        }
        try {
            return switch (fate.apply(row.call().requestId())) {
                case UNCHARGED -> first(opened, begin);
                case IN_DOUBT -> new Found.InDoubt();
                case CHARGED -> new Found.Lost();
            };
        } catch (GatewayException busy) {
            return new Found.Unavailable(busy.failure().message());
        }
    }

    private void sweep(AnswerFile opened) throws SQLException {
        long now = clock.millis();
        if (Math.abs(now - sweptAt) >= SWEEP.toMillis()) {
            sweptAt = now;
            opened.removeBefore(now - bounds.kept().toMillis(), life);
        }
    }

    private void fail(List<Order> batch, Exception failed) {
        if (!troubled) {
            LOG.error(
                    "kept answers cannot be read or written; calls with an Idempotency-Key are refused until they can: {}",
                    failed.getMessage());
            troubled = true;
        }
        undo(failed);
        for (Order order : batch) {
            if (order instanceof Order.Begin begin) {
                begin.tell(
                        new Found.Unavailable("answers under an Idempotency-Key cannot be kept just now, so this call "
                                + "is not made; its operator finds the reason in the log"));
            } else if (late.size() < MOST_LATE) {
                late.add(order);
            } else {
                giveUp(order);
            }
        }
    }

    private static void giveUp(Order order) {
        LOG.error("the end of a call with an Idempotency-Key could not be written; repeats are refused");
        if (order instanceof Order.Keep keep) {
            keep.done().run();
        }
    }

    private void undo(Exception failed) {
        if (failed instanceof DamagedAnswersException
                || (failed instanceof SQLException broken && DamagedAnswersException.isMeant(broken))) {
            damage = Optional.of(String.valueOf(failed.getMessage()));
            close();
            return;
        }
        try {
            if (file.isPresent()) {
                file.get().rollback();
            }
        } catch (SQLException alsoFailed) {
            LOG.debug("the file is opened anew", alsoFailed);
            close();
        }
    }

    private void close() {
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (SQLException e) {
            LOG.warn("the file with the kept answers could not be closed", e);
        }
        file = Optional.empty();
    }
}
