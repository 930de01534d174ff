package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.book.Transfer;
import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/**
 * The one way to write a row as bytes for its hash: numbers in eight bytes, texts with their length before them, an
 * absent value as one zero. A change here makes every older chain fail, so it would want a version. For one thread.
 */
final class Canon {
    static final int SIZE = 32;

    private final MessageDigest sha;
    private ByteBuffer bytes = ByteBuffer.allocate(1024);

    Canon() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    byte[] digest(Attempt attempt) {
        put(attempt.intent());
        put(attempt.outcome());
        return digest();
    }

    byte[] digest(Amendment amendment) {
        put(amendment.attemptId());
        put(amendment.id());
        put(amendment.at());
        put(amendment.state().name());
        put(amendment.cost());
        put(amendment.usage());
        put(amendment.priceVersion());
        put(amendment.why());
        return digest();
    }

    /** Of a word that has no row of its own. */
    byte[] digest(String word) {
        put(word);
        return digest();
    }

    /**
     * The link of the chain that follows {@code previous}.
     *
     * @param source which row is booked, see the columns of the same names
     */
    byte[] hash(byte[] previous, long seq, Transfer transfer, Source source) {
        ensure(previous.length);
        bytes.put(previous);
        put(seq);
        put(transfer.kind().name());
        put(source.attemptId());
        put(source.amendment());
        put(source.at());
        put(transfer.debit());
        put(transfer.credit());
        put(transfer.amount().nanos());
        put(source.priceVersion());
        ensure(source.digest().length);
        bytes.put(source.digest());
        return digest();
    }

    /** The row that an entry books. */
    @SuppressWarnings("ArrayRecordComponent") // Made, hashed and dropped; nobody compares two of them.
    record Source(String attemptId, String amendment, long at, String priceVersion, byte[] digest) {}

    private byte[] digest() {
        sha.update(bytes.array(), 0, bytes.position());
        bytes.clear();
        return sha.digest();
    }

    private void put(Intent intent) {
        put(intent.attemptId());
        put(intent.requestId());
        put(intent.number());
        put(intent.at());
        put(intent.caller());
        put(intent.operation().name());
        put(intent.askedModel());
        put(intent.provider());
        put(intent.model());
        put(intent.stream() ? 1 : 0);
        putMoney(intent.bound());
        put(intent.priceVersion());
        put(intent.decision());
    }

    private void put(Caller caller) {
        put(caller.name());
        put(caller.tenant());
        put(caller.team());
        put(caller.user());
        put(caller.tier());
        put(caller.agent());
        put(caller.job());
        put(caller.run());
    }

    private void put(Outcome outcome) {
        put(outcome.state().name());
        put(outcome.at());
        put(outcome.usage());
        put(outcome.cost());
        put(outcome.status());
        put(outcome.how());
        put(outcome.answeredBy());
        put(outcome.receipt());
        put(outcome.savings().ownCache().nanos());
        put(outcome.savings().providerCache().nanos());
        put(outcome.savings().routing().nanos());
        put(outcome.sentNanos());
        put(outcome.firstContentNanos());
        put(outcome.totalNanos());
        if (!outcome.savings().baseline().isEmpty()) {
            put(outcome.savings().baseline()); // Rows of before there were baselines keep their digests.
        }
    }

    private void put(Optional<Usage> found) {
        put(found.isPresent() ? 1 : 0);
        found.ifPresent(usage -> {
            put(usage.input());
            put(usage.cacheRead());
            put(usage.cacheWrite());
            put(usage.output());
            put(usage.reasoning());
            put(usage.estimated() ? 1 : 0);
            putMoney(usage.charged());
        });
    }

    private void put(Cost cost) {
        switch (cost) {
            case Cost.Free _ -> put("FREE");
            case Cost.Unpriced _ -> put("UNPRICED");
            case Cost.Priced(Money amount) -> {
                put("PRICED");
                put(amount.nanos());
            }
        }
    }

    private void putMoney(Optional<Money> money) {
        put(money.isPresent() ? 1 : 0);
        money.ifPresent(amount -> put(amount.nanos()));
    }

    private void put(Instant at) {
        put(Values.nanos(at));
    }

    private void put(long number) {
        ensure(Long.BYTES);
        bytes.putLong(number);
    }

    private void put(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        put(encoded.length);
        ensure(encoded.length);
        bytes.put(encoded);
    }

    private void ensure(int more) {
        if (bytes.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + more));
            bytes = larger.put(bytes.flip());
        }
    }
}
