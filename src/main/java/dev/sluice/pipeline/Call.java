package dev.sluice.pipeline;

import dev.sluice.pipeline.ReplyHead.Header;
import dev.sluice.routing.Plan;
import java.util.List;

/**
 * A client's call once it is decided who may answer it.
 *
 * @param plan with at least one hop
 * @param attempts counts all attempts made for it
 * @param headers for its reply, whatever becomes of it
 */
record Call(Lane lane, Request request, Plan plan, Attempts attempts, List<Header> headers) {}
