package dev.sluice.dialect;

import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import java.util.Optional;

/** A dialect as clients speak it. Stateless and thread-safe. */
public interface Front {

    /**
     * Reads what routing needs, in one pass over the bytes, and refuses what the imitated server would refuse.
     *
     * @throws dev.sluice.model.GatewayException with a {@link Failure.BadRequest}
     */
    Inbound read(Endpoint endpoint, byte[] body);

    /** Reads the whole call, for a provider of another dialect. */
    Asked understand(Inbound inbound);

    /**
     * The reply to a call that needs no model: load, unload, nothing to embed. For providers of another dialect; a
     * provider of the same dialect is asked itself.
     */
    Optional<WholeReply> withoutModel(Inbound inbound);

    /** Writes an answer. One per attempt. */
    AnswerWriter writer(Inbound inbound, Receipt receipt, AnswerClock clock);

    /** The body and status for a failure before anything was sent. */
    WholeReply refuse(Failure failure, String askedModel, String requestId);

    /** What a client asked, by kind. */
    sealed interface Asked {
        record Chat(ChatRequest request) implements Asked {}

        record Completion(CompletionRequest request) implements Asked {}

        record Embed(EmbedRequest request) implements Asked {}
    }

    /** A complete reply. */
    record WholeReply(int status, String contentType, byte[] body) {}
}
