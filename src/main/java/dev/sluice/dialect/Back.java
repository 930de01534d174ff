package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import java.util.Optional;
import java.util.function.Function;

/** A dialect as providers speak it. Stateless and thread-safe. */
public interface Back {

    /** Writes a request that came in another dialect. */
    Outbound write(Front.Asked asked, Target target);

    /** Reads the answer to {@link #write}. */
    AnswerReader reader(Front.Asked asked, Target target);

    /**
     * The same for a client of the same dialect: what nothing here knows comes out, too, as {@link
     * dev.sluice.model.Piece.Extra}.
     */
    AnswerReader readerOfAll(Front.Asked asked, Target target);

    /** The same dialect on both sides: the client's bytes with only the model's name, usage flag and output cap spliced in. */
    Outbound splice(Inbound inbound, Target target);

    /** The same dialect on both sides: bytes go through, watched. */
    Relay passThrough(Inbound inbound, Target target, Receipt receipt);

    /**
     * What an answer with a status other than 2xx means.
     *
     * @param header looks up a response header by lower-case name
     * @param body the body's first bytes, at most 64 KiB
     */
    Failure.Upstream refusal(int status, Function<String, Optional<String>> header, byte[] body);

    /**
     * What was used by its own account, for some providers charge for what failed; empty where it has no count that makes
     * sense, and where that is zero.
     *
     * @param body as in {@link #refusal}; one that was cut has no count
     */
    Optional<Usage> usageOfRefusal(byte[] body);
}
