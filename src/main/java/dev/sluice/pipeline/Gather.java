package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Receipt;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Failure;
import dev.sluice.model.Money;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one answer that the answers to several parts are put together into. Tokens are summed as the servers count them,
 * so a prompt that was sent several times counts several times. Lives on one loop.
 */
final class Gather {
    private static final byte[] NOTHING = {};

    private final Request request;
    private final Attempts attempts;
    private Optional<AnswerWriter> writer = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private String provider = "";

    Gather(Request request, Attempts attempts) {
        this.request = request;
        this.attempts = attempts;
    }

    /** What one attempt at a part writes to. */
    AnswerWriter part(Portion part, AnswerClock clock) {
        if (writer.isEmpty()) {
            Receipt receipt = _ -> receipt();
            writer = Optional.of(request.front().writer(request.inbound(), receipt, clock));
        }
        return new PartWriter(part, writer.get());
    }

    private Optional<RawJson> receipt() {
        return attempts.cost() instanceof Cost.Priced(Money amount)
                ? Optional.of(new RawJson("{\"cost\":\"" + amount + "\",\"provider\":\"" + provider + "\"}"))
                : Optional.empty();
    }

    /** The end of the whole answer, once all parts have ended. */
    byte[] end(String lastProvider) {
        provider = lastProvider;
        return writer.map(all -> all.end(usage)).orElse(NOTHING);
    }

    /** @param clock for a writer where no part has come as far as to need one */
    byte[] breakOff(Failure failure, AnswerClock clock) {
        return writer.orElseGet(() -> request.front().writer(request.inbound(), Receipt.NONE, clock))
                .breakOff(failure);
    }

    private static Usage sum(Usage one, Usage two) {
        return new Usage(
                one.input() + two.input(),
                one.cacheRead() + two.cacheRead(),
                one.cacheWrite() + two.cacheWrite(),
                one.output() + two.output(),
                one.reasoning() + two.reasoning(),
                one.estimated() || two.estimated(),
                Optional.empty());
    }

    /** A part's writer; whole answers are handed on only when they are whole, for an attempt may fail before. */
    private final class PartWriter implements AnswerWriter {
        private final Portion part;
        private final AnswerWriter all;
        private final List<Piece> held = new ArrayList<>(4);

        private PartWriter(Portion part, AnswerWriter all) {
            this.part = part;
            this.all = all;
        }

        @Override
        public String contentType() {
            return all.contentType();
        }

        @Override
        public byte[] write(Piece piece) {
            Piece placed = part.placed(piece);
            if (request.inbound().stream()) {
                return all.write(placed);
            }
            held.add(placed);
            return NOTHING;
        }

        @Override
        public byte[] end(Optional<Usage> counted) {
            held.forEach(all::write);
            usage = counted.map(one -> usage.map(before -> sum(before, one)).orElse(one))
                    .or(() -> usage);
            return NOTHING;
        }

        @Override
        public byte[] breakOff(Failure failure) {
            return all.breakOff(failure);
        }

        @Override
        public byte[] heartbeat() {
            return all.heartbeat();
        }
    }
}
