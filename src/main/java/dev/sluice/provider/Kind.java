package dev.sluice.provider;

import dev.sluice.dialect.Profile;
import dev.sluice.model.Dialect;
import java.util.Map;
import java.util.Set;

/**
 * A kind of provider: everything that is the same for all its users. Data; see {@link Catalogue}.
 *
 * @param dialect what it speaks
 * @param address its base address, ending where its SDK's base address ends; "" where the user must say
 * @param keyVariable the environment variable of its key; "" where it needs none
 * @param addressVariable the environment variable that overrides its address
 * @param local whether it is the user's own server: free of charge, and never the fall-back of a cloud model
 * @param profile how it differs from its dialect
 * @param account how to ask it about money
 * @param retired names that it has given up, and what they mean today
 * @param embedBatch the most texts it takes in one embedding call; 0 where it has no bound
 * @param reportsCost whether the cost in its answers' usage is what it charges, in US dollars; what other servers report
 *     under that name nobody knows
 * @param afterCancel what it charges of an answer that breaks off
 * @param models what single models take otherwise than the rest, by the beginning of the model's name
 */
public record Kind(
        String name,
        Dialect dialect,
        String address,
        String keyVariable,
        String addressVariable,
        boolean local,
        Profile profile,
        AccountApi account,
        Map<String, RetiredName> retired,
        int embedBatch,
        boolean reportsCost,
        AfterCancel afterCancel,
        Map<String, ModelRule> models) {

    public Kind {
        retired = Map.copyOf(retired);
        models = Map.copyOf(models);
    }

    /** Whether only the user can say where it stands, so that it may as well be somebody else's, and cost money. */
    public boolean isAnywhere() {
        return address.isEmpty();
    }

    /** What an old name means: a model of today, with thinking switched on or off. */
    public record RetiredName(String model, boolean thinking) {}

    /**
     * What a model takes otherwise than the others of its provider.
     *
     * @param drops request fields that it refuses
     * @param alwaysThinks whether it refuses to be told not to think
     */
    public record ModelRule(Set<String> drops, boolean alwaysThinks) {
        public ModelRule {
            drops = Set.copyOf(drops);
        }
    }

    /** Where a provider tells whether there is money. */
    public enum AccountApi {
        NONE(""),
        DEEPSEEK("/user/balance"),
        OPENROUTER("/key"),
        OLLAMA_CLOUD("/api/balance");

        private final String path;

        AccountApi(String path) {
            this.path = path;
        }

        /** Below the provider's address; "" where there is none. */
        public String path() {
            return path;
        }
    }
}
