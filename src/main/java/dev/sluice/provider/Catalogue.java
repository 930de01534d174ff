package dev.sluice.provider;

import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.model.Dialect;
import dev.sluice.provider.Kind.AccountApi;
import dev.sluice.provider.Kind.ModelRule;
import dev.sluice.provider.Kind.RetiredName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kinds of providers that are known by name. Another OpenAI-style server is added by settings alone. */
public final class Catalogue {
    private static final Set<String> NO_FIELDS = Set.of();

    /** What text-embeddings-inference takes unless it is started with another {@code --max-client-batch-size}. */
    private static final int TEI_BATCH = 32;

    /** GPT-6.1 and later refuse every sampling field, and efforts below low. */
    private static final Map<String, ModelRule> OPENAI_MODELS = Map.of(
            "gpt-6.1", new ModelRule(sampling(), true),
            "gpt-6.2", new ModelRule(sampling(), true),
            "o3", new ModelRule(Set.of("temperature", "top_p"), false),
            "o4", new ModelRule(Set.of("temperature", "top_p"), false));

    /**
     * Anthropic's newest models refuse sampling, a begun answer and forced tools; under OpenRouter's names, Anthropic's own
     * and those of proxies. From Anthropic's migration guides.
     */
    private static final Map<String, ModelRule> CLAUDE_MODELS = claude(
            Set.of("claude-opus-5.5", "claude-sonnet-5.5", "claude-haiku-5.5", "claude-fable-5.1"),
            new ModelRule(Set.of("temperature", "top_p", "top_k", Profile.PREFILL, Profile.FORCED_TOOLS), false));

    private static final List<Kind> KINDS = List.of(
            cloud("deepseek", "https://api.deepseek.com", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL")
                    .profile(new Profile(ThinkingStyle.SWITCH, false, false, false, false, NO_FIELDS, false, false)
                            .withCompletions("/beta/completions"))
                    .account(AccountApi.DEEPSEEK)
                    // On OpenRouter's list of providers that stop, and charge no further, when a stream is dropped.
                    .afterCancel(AfterCancel.STOPS_ANSWERING)
                    .retired(Map.of(
                            "deepseek-chat", new RetiredName("deepseek-flash", false),
                            "deepseek-reasoner", new RetiredName("deepseek-flash", true)))
                    .build(),
            cloud("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL")
                    .profile(new Profile(
                            ThinkingStyle.REASONING_OBJECT, true, true, false, true, NO_FIELDS, false, false))
                    .account(AccountApi.OPENROUTER)
                    .reportsCost()
                    .models(CLAUDE_MODELS)
                    .build(),
            cloud("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL")
                    .profile(new Profile(ThinkingStyle.EFFORT, true, false, true, false, NO_FIELDS, false, false))
                    .embedBatch(2_048)
                    .models(OPENAI_MODELS)
                    .build(),
            cloud("ollama-cloud", "https://ollama.com", "OLLAMA_API_KEY", "OLLAMA_CLOUD_BASE_URL")
                    .dialect(Dialect.OLLAMA)
                    .profile(new Profile(ThinkingStyle.THINK, true, true, false, true, NO_FIELDS, false, false))
                    .account(AccountApi.OLLAMA_CLOUD)
                    .build(),
            local("ollama", "http://127.0.0.1:11434", "OLLAMA_HOST")
                    .dialect(Dialect.OLLAMA)
                    .profile(new Profile(ThinkingStyle.THINK, true, true, false, true, NO_FIELDS, false, false))
                    .build(),
            local("vllm", "http://127.0.0.1:8001/v1", "VLLM_BASE_URL")
                    .profile(vllm())
                    .build(),
            local("vllm-embed", "http://127.0.0.1:8002/v1", "VLLM_EMBED_BASE_URL")
                    .profile(vllm())
                    .build(),
            local("tei", "", "").profile(Profile.PLAIN).embedBatch(TEI_BATCH).build(),
            local("openai-compatible", "", "")
                    .profile(Profile.PLAIN)
                    .models(CLAUDE_MODELS)
                    .build(),
            local("sandbox", "http://sandbox.invalid/v1", "").profile(vllm()).build());

    private Catalogue() {}

    public static List<Kind> kinds() {
        return KINDS;
    }

    public static Optional<Kind> find(String name) {
        return KINDS.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    private static Profile vllm() {
        return new Profile(ThinkingStyle.TEMPLATE, true, true, false, true, NO_FIELDS, true, true);
    }

    private static Map<String, ModelRule> claude(Set<String> names, ModelRule rule) {
        Map<String, ModelRule> rules = new HashMap<>();
        for (String name : names) {
            for (String written : List.of(name, name.replace('.', '-'))) {
                rules.put(written, rule);
                rules.put("anthropic/" + written, rule);
            }
        }
        return rules;
    }

    private static Set<String> sampling() {
        return Set.of(
                "temperature",
                "top_p",
                "presence_penalty",
                "frequency_penalty",
                "logprobs",
                "top_logprobs",
                "logit_bias");
    }

    private static Entry cloud(String name, String address, String keyVariable, String addressVariable) {
        return new Entry(name, address, keyVariable, addressVariable, false);
    }

    private static Entry local(String name, String address, String addressVariable) {
        return new Entry(name, address, "", addressVariable, true);
    }

    /** Collects one row of the catalogue. */
    private static final class Entry {
        private final String name;
        private final String address;
        private final String keyVariable;
        private final String addressVariable;
        private final boolean local;
        private Dialect dialect = Dialect.OPENAI;
        private Profile profile = Profile.PLAIN;
        private AccountApi account = AccountApi.NONE;
        private Map<String, RetiredName> retired = Map.of();
        private int embedBatch;
        private boolean reportsCost;
        private AfterCancel afterCancel = AfterCancel.UNKNOWN;
        private Map<String, ModelRule> models = Map.of();

        private Entry(String name, String address, String keyVariable, String addressVariable, boolean local) {
            this.name = name;
            this.address = address;
            this.keyVariable = keyVariable;
            this.addressVariable = addressVariable;
            this.local = local;
        }

        private Entry dialect(Dialect value) {
            dialect = value;
            return this;
        }

        private Entry profile(Profile value) {
            profile = value;
            return this;
        }

        private Entry account(AccountApi value) {
            account = value;
            return this;
        }

        private Entry retired(Map<String, RetiredName> value) {
            retired = value;
            return this;
        }

        private Entry embedBatch(int value) {
            embedBatch = value;
            return this;
        }

        private Entry reportsCost() {
            reportsCost = true;
            return this;
        }

        private Entry afterCancel(AfterCancel value) {
            afterCancel = value;
            return this;
        }

        private Entry models(Map<String, ModelRule> value) {
            models = value;
            return this;
        }

        private Kind build() {
            return new Kind(
                    name,
                    dialect,
                    address,
                    keyVariable,
                    addressVariable,
                    local,
                    profile,
                    account,
                    retired,
                    embedBatch,
                    reportsCost,
                    afterCancel,
                    models);
        }
    }
}
