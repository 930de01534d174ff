package dev.sluice.pipeline;

import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Portions;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Operation;
import java.util.ArrayList;
import java.util.List;

/** Whether a call must be made into several, because a server cannot answer it as one. Pure. */
final class Split {

    /** Each answer is a call of its own and pays for the prompt again. */
    static final int MOST_ANSWERS = 8;

    private Split() {}

    /**
     * Several answers, where who is asked first gives only one at a time.
     *
     * @return the parts; none where the call can stay as it is
     * @throws GatewayException where too many answers are asked for
     */
    static List<Part> answers(Request request, Target first) {
        Inbound inbound = request.inbound();
        if (inbound.choices() < 2 || !oneByOne(inbound, first)) {
            return List.of();
        }
        if (inbound.choices() > MOST_ANSWERS) {
            throw new GatewayException(new Failure.BadRequest(
                    400,
                    "n is " + inbound.choices() + ", but this model gives one answer at a time; ask for " + MOST_ANSWERS
                            + " at most",
                    "n",
                    ""));
        }
        List<Part> parts = new ArrayList<>(inbound.choices());
        for (byte[] single : Portions.singles(inbound.body(), inbound.choices())) {
            // With several prompts in one call, the answers to each stand together.
            parts.add(new Part(read(request, single), parts.size(), inbound.choices()));
        }
        return parts;
    }

    /** Ollama has no such wish; vLLM refuses it where all answers would be the same. */
    private static boolean oneByOne(Inbound inbound, Target first) {
        return first.dialect() == Dialect.OLLAMA || (first.profile().greedyOnce() && Portions.isGreedy(inbound.body()));
    }

    /**
     * More inputs than a server takes at once.
     *
     * @param most the least that any server of the plan takes; 0 where none has a bound
     * @return the parts; none where the call can stay as it is
     */
    static List<Part> inputs(Request request, int most) {
        Inbound inbound = request.inbound();
        // Each input takes at least two bytes and a comma.
        if (inbound.endpoint().operation() != Operation.EMBEDDING || most < 1 || inbound.body().length / 3 < most) {
            return List.of();
        }
        List<byte[]> batches = Portions.batches(inbound.body(), most);
        if (batches.size() < 2) {
            return List.of();
        }
        List<Part> parts = new ArrayList<>(batches.size());
        for (byte[] batch : batches) {
            parts.add(new Part(read(request, batch), parts.size() * most, 1));
        }
        return parts;
    }

    private static Inbound read(Request request, byte[] body) {
        Front front = request.front();
        return front.read(request.inbound().endpoint(), body);
    }
}
