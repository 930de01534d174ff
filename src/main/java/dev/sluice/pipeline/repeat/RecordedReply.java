package dev.sluice.pipeline.repeat;

import dev.sluice.pipeline.client.ClientSide;
import dev.sluice.pipeline.client.OwnHeaders;
import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import java.util.List;
import java.util.Set;

/**
 * A good answer as its client got it.
 *
 * @param streamed whether it came in pieces, and is to come without a length again
 */
public record RecordedReply(ReplyHead head, boolean streamed, byte[] body) {

    /** Those about the answer. The others are about the call that it was first given to. */
    private static final Set<String> ABOUT_THE_ANSWER =
            Set.of(OwnHeaders.PROVIDER, OwnHeaders.MODEL, OwnHeaders.DROPPED);

    /** The same with only those headers that a repeat gets too. */
    public RecordedReply bare() {
        List<Header> kept = head.headers().stream()
                .filter(header -> ABOUT_THE_ANSWER.contains(header.name()))
                .toList();
        return new RecordedReply(new ReplyHead(head.status(), head.contentType(), kept), streamed, body);
    }

    /** Gives the same answer to a repeat of its call. */
    public void sendTo(ClientSide client, String requestId, List<Header> allowance) {
        List<Header> headers = ReplyHead.plain(requestId, allowance);
        headers.addAll(bare().head().headers());
        headers.add(new Header(OwnHeaders.COST, "0"));
        headers.add(new Header(OwnHeaders.REPLAYED, "true"));
        ReplyHead again = new ReplyHead(head.status(), head.contentType(), headers);
        if (streamed) {
            client.begin(again);
            client.write(body);
            client.end();
        } else {
            client.reply(again, body);
        }
    }
}
