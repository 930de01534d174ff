package dev.sluice.store.journal;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import java.nio.ByteBuffer;

/** What one record of the journal says. */
sealed interface Entry {
    /** An attempt is about to be made. */
    record Opened(Intent intent) implements Entry {}

    /** An attempt is over. */
    record Ended(Outcome outcome) implements Entry {}

    /** A free attempt, from its beginning to its end. */
    record Whole(Attempt attempt) implements Entry {}

    /** An attempt is still going on; said again so that its first record's segment can be used anew. */
    record StillOpen(Intent intent) implements Entry {}

    /** Something was said later about an attempt. */
    record Amended(Amendment amendment) implements Entry {}

    /** The record's kind on disk. */
    default byte kind() {
        return switch (this) {
            case Opened _ -> 5;
            case Ended _ -> 10;
            case Whole _ -> 11;
            case StillOpen _ -> 8;
            case Amended _ -> 9;
        };
    }

    default byte[] payload() {
        return switch (this) {
            case Opened(Intent intent) -> Codec.encode(intent);
            case Ended(Outcome outcome) -> Codec.encode(outcome);
            case Whole(Attempt(Intent intent, Outcome outcome)) -> Codec.encode(intent, outcome);
            case StillOpen(Intent intent) -> Codec.encode(intent);
            case Amended(Amendment amendment) -> Codec.encode(amendment);
        };
    }

    static Entry read(byte kind, ByteBuffer payload) {
        PayloadReader in = new PayloadReader(payload);
        Codec codec = kind < 5 ? Codec.FIRST : kind < 10 ? Codec.SECOND : Codec.THIRD;
        return switch (kind) {
            case 1, 5 -> new Opened(codec.intent(in));
            case 2, 6, 10 -> new Ended(codec.outcome(in));
            case 3, 7, 11 -> new Whole(new Attempt(codec.intent(in), codec.outcome(in)));
            case 4, 8 -> new StillOpen(codec.intent(in));
            case 9 -> new Amended(Codec.amendment(in));
            default -> throw new IllegalArgumentException("no record has the kind " + kind);
        };
    }
}
