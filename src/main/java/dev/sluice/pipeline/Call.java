package dev.sluice.pipeline;

import dev.sluice.pipeline.client.Lane;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.routing.Plan;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A client's call once it is decided who may answer it.
 *
 * @param plan with at least one hop
 * @param attempts counts all attempts made for it
 * @param headers for its reply, whatever becomes of it
 * @param plans for other models, where a budget names one to be asked instead; empty where nobody can be asked
 * @param yardstick what it is compared with
 * @param share what is held for it already, where it is a part of another call
 */
record Call(
        Lane lane,
        Request request,
        Plan plan,
        Attempts attempts,
        List<Header> headers,
        Function<String, Optional<Plan>> plans,
        Yardstick yardstick,
        Optional<Reserve.Share> share) {

    /** What is left of it for other hops. */
    Call with(Plan rest) {
        return new Call(lane, request, rest, attempts, headers, plans, yardstick, share);
    }

    /** A part of it. */
    Call with(Request part, Yardstick compared, Optional<Reserve.Share> held) {
        return new Call(lane, part, plan, attempts, headers, plans, compared, held);
    }
}
