package dev.sluice.pipeline;

import dev.sluice.dialect.Front;
import dev.sluice.model.Failure;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import java.util.List;

/** The whole reply to a call that is not answered, in its client's dialect. */
record Refusal(ReplyHead head, byte[] body) {

    static Refusal of(Request request, Failure failure, List<Header> headers) {
        Front.WholeReply reply =
                request.front().refuse(failure, request.inbound().model(), request.id());
        return new Refusal(new ReplyHead(reply.status(), reply.contentType(), headers), reply.body());
    }
}
