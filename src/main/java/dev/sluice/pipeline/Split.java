package dev.sluice.pipeline;

import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Portions;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Operation;
import dev.sluice.pipeline.client.Request;
import dev.sluice.provider.Fleet;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Standing;
import dev.sluice.routing.Hop;
import java.util.ArrayList;
import java.util.List;

/** Whether a call must be made into several, because a server cannot answer it as one, by its kind or as it has shown. */
final class Split {

    /** Each answer is a call of its own and pays for the prompt again. */
    static final int MOST_ANSWERS = 8;

    private Split() {}

    /** Whether the call is of a kind that may have to be made into several. */
    static boolean mayConcern(Inbound inbound) {
        return inbound.choices() > 1 || inbound.endpoint().operation() == Operation.EMBEDDING;
    }

    /**
     * What a call must be made into.
     *
     * @param hops who may answer, who is asked now first
     * @return the parts; none where the call can stay as it is
     * @throws GatewayException where more answers are asked for than it may be made into
     */
    static List<Portion> of(Request request, List<Hop> hops, Fleet fleet) {
        if (request.inbound().endpoint().operation() == Operation.EMBEDDING) {
            return inputs(request, leastBatch(hops, fleet));
        }
        Hop now = hops.getFirst();
        boolean oneByOne = request.inbound().choices() > 1
                && fleet.find(now.provider())
                        .filter(provider -> oneByOne(request.inbound(), provider, now))
                        .isPresent();
        return oneByOne ? answers(request) : List.of();
    }

    private static List<Portion> answers(Request request) {
        Inbound inbound = request.inbound();
        if (inbound.choices() > MOST_ANSWERS) {
            throw new GatewayException(new Failure.BadRequest(
                    400,
                    "n is " + inbound.choices() + ", but this model gives one answer at a time; ask for " + MOST_ANSWERS
                            + " at most",
                    "n",
                    ""));
        }
        List<Portion> parts = new ArrayList<>(inbound.choices());
        for (byte[] single : Portions.singles(inbound.body(), inbound.choices())) {
            // With several prompts in one call, the answers to each stand together.
            parts.add(new Portion(read(request, single), parts.size(), inbound.choices()));
        }
        return parts;
    }

    /** Ollama has no such wish; vLLM refuses it where all answers would be the same, which its model may want unasked. */
    private static boolean oneByOne(Inbound inbound, Provider provider, Hop now) {
        Target target = provider.target(now.model(), now.thinking());
        return target.dialect() == Dialect.OLLAMA
                || (target.profile().greedyOnce() && Portions.isGreedy(inbound.body()))
                || (provider.standing().lacks(now.model(), Standing.SEVERAL) && !Portions.isSampled(inbound.body()));
    }

    /** The least that anybody takes counts, for a part goes to the next one as it is; 0 where nobody has a bound. */
    private static int leastBatch(List<Hop> hops, Fleet fleet) {
        int least = 0;
        for (Hop hop : hops) {
            int batch = fleet.find(hop.provider())
                    .map(provider -> provider.config().embedBatch())
                    .orElse(0);
            least = batch > 0 && (least == 0 || batch < least) ? batch : least;
        }
        return least;
    }

    private static List<Portion> inputs(Request request, int most) {
        Inbound inbound = request.inbound();
        // Each input takes at least two bytes and a comma.
        if (most < 1 || inbound.body().length / 3 < most) {
            return List.of();
        }
        List<byte[]> batches = Portions.batches(inbound.body(), most);
        if (batches.size() < 2) {
            return List.of();
        }
        List<Portion> parts = new ArrayList<>(batches.size());
        for (byte[] batch : batches) {
            parts.add(new Portion(read(request, batch), parts.size() * most, 1));
        }
        return parts;
    }

    private static Inbound read(Request request, byte[] body) {
        Front front = request.front();
        return front.read(request.inbound().endpoint(), body);
    }
}
