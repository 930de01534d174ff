package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.openai.request.RequestReader;
import dev.sluice.dialect.openai.request.RequestScan;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.Operation;
import java.util.Optional;

/** The OpenAI protocol as clients speak it: chat completions, completions and embeddings. Threads may share it. */
public final class OpenAiFront implements Front {

    @Override
    public Inbound read(Endpoint endpoint, byte[] body) {
        return RequestScan.read(endpoint, body);
    }

    @Override
    public Asked understand(Inbound inbound) {
        return RequestReader.read(inbound);
    }

    /** Never: every OpenAI call needs its model. */
    @Override
    public Optional<WholeReply> withoutModel(Inbound inbound) {
        return Optional.empty();
    }

    @Override
    public AnswerWriter writer(Inbound inbound, Receipt receipt, AnswerClock clock) {
        if (inbound.endpoint().operation() == Operation.EMBEDDING) {
            return new EmbeddingsWriter(inbound);
        }
        return inbound.stream() ? new StreamWriter(inbound, receipt, clock) : new WholeWriter(inbound, clock);
    }

    @Override
    public WholeReply refuse(Failure failure, String askedModel, String requestId) {
        return Refusals.refuse(failure, askedModel);
    }
}
