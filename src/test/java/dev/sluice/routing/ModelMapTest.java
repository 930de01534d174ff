package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Operation;
import dev.sluice.model.Thinking;
import dev.sluice.routing.ModelMap.LocalBackend;
import dev.sluice.routing.ModelMap.Resolution;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelMapTest {
    private static final Hop DEEPSEEK = new Hop("deepseek", "deepseek-flash");
    private static final Hop LOCAL_TWIN = new Hop("ollama", "deepseek-v3");

    private final ModelMap map = new ModelMap(
            Map.of("deepseek-v3.2", new Chain(List.of(DEEPSEEK, LOCAL_TWIN), Chain.Order.PRICE)),
            Map.of("exaone3.5:7.8b", "LGAI-EXAONE/EXAONE-4.0-32B-AWQ", "daynice/kure-v1", "nlpai-lab/KURE-v1"),
            Map.of(
                    "exaone3.5:7.8b", Chain.of(new Hop("openrouter", "lg/exaone")),
                    "gpt-4o-mini", Chain.of(new Hop("openai", "gpt-4o-mini")),
                    "gpt-4o", Chain.of(new Hop("openai", "gpt-4o"))),
            Map.of(
                    "deepseek-chat", new Hop("deepseek", "deepseek-flash", Thinking.OFF),
                    "deepseek-coder", new Hop("deepseek", "deepseek-flash", Thinking.OFF)),
            Set.of("deepseek", "ollama", "vllm", "vllm-embed"),
            Map.of(
                    BackendMode.OLLAMA, new LocalBackend("ollama", "ollama"),
                    BackendMode.VLLM, new LocalBackend("vllm", "vllm-embed")),
            "ollama-cloud",
            Map.of(),
            Set.of("gpt-4o-mini", "deepseek-coder", "gpt-4o-cloud"),
            "");

    @Test
    void turnsOllamaNamesIntoServedNamesInVllmMode() {
        assertThat(chat("EXAONE3.5:7.8b", BackendMode.VLLM))
                .containsExactly(new Hop("vllm", "LGAI-EXAONE/EXAONE-4.0-32B-AWQ"));
        assertThat(hops(map.resolve("daynice/kure-v1", Operation.EMBEDDING, BackendMode.VLLM)))
                .containsExactly(new Hop("vllm-embed", "nlpai-lab/KURE-v1"));
    }

    @Test
    void doesNotPayForWhatAServerOfOnesOwnServes() {
        assertThat(chat("exaone3.5:7.8b", BackendMode.VLLM))
                .containsExactly(new Hop("vllm", "LGAI-EXAONE/EXAONE-4.0-32B-AWQ"));
    }

    @Test
    void aCloudMarkBehindANamedProviderIsTheMarkAndNotTheModels() {
        assertThat(chat("deepseek/good:cloud", BackendMode.OLLAMA)).containsExactly(new Hop("deepseek", "good"));
        assertThat(chat("deepseek/good:8b-cloud", BackendMode.OLLAMA)).containsExactly(new Hop("deepseek", "good:8b"));
        assertThat(chat("vllm/good:local", BackendMode.OLLAMA)).containsExactly(new Hop("vllm", "good"));
        assertThat(chat("someone/good:cloud", BackendMode.OLLAMA))
                .containsExactly(new Hop("ollama-cloud", "someone/good"));
    }

    @Test
    void aMarkThatDeniesTheNamedProviderIsAConflict() {
        assertThat(map.resolve("ollama/good:cloud", Operation.CHAT, BackendMode.OLLAMA))
                .isEqualTo(new Resolution.Conflict());
        assertThat(map.resolve("deepseek/good:local", Operation.CHAT, BackendMode.OLLAMA))
                .isEqualTo(new Resolution.Conflict());
    }

    @Test
    void leavesNamesAloneInOllamaMode() {
        assertThat(chat("qwen3:8b", BackendMode.OLLAMA)).containsExactly(new Hop("ollama", "qwen3:8b"));
    }

    @Test
    void doesNotPayForWhatTheOwnOllamaLists() {
        assertThat(chat("GPT-4o-mini:latest", BackendMode.OLLAMA))
                .containsExactly(new Hop("ollama", "GPT-4o-mini:latest"));
        assertThat(chat("deepseek-coder", BackendMode.OLLAMA)).containsExactly(new Hop("ollama", "deepseek-coder"));
    }

    @Test
    void paysForANameThatTheOwnOllamaLacksOrHasOnlyAsADoorToTheCloud() {
        assertThat(chat("gpt-4o", BackendMode.OLLAMA)).containsExactly(new Hop("openai", "gpt-4o"));
        assertThat(chat("gpt-4o-mini", BackendMode.VLLM)).containsExactly(new Hop("openai", "gpt-4o-mini"));
    }

    @Test
    void sendsCloudNamesToTheCloudWithoutTheirMark() { // check 55
        assertThat(chat("gpt-oss:20b-cloud", BackendMode.VLLM)).containsExactly(new Hop("ollama-cloud", "gpt-oss:20b"));
    }

    @Test
    void neverFallsBackToALocalModelForACloudName() {
        assertThat(chat("deepseek-v3.2:cloud", BackendMode.OLLAMA)).containsExactly(DEEPSEEK);
    }

    @Test
    void refusesANameThatContradictsItself() { // check 55
        assertThat(map.resolve("a:cloud:local", Operation.CHAT, BackendMode.OLLAMA))
                .isInstanceOf(Resolution.Conflict.class);
    }

    @Test
    void understandsRetiredNamesAsTodaysModelWithThinkingOff() { // check 137
        assertThat(chat("deepseek-chat", BackendMode.OLLAMA))
                .containsExactly(new Hop("deepseek", "deepseek-flash", Thinking.OFF));
    }

    @Test
    void takesAProviderInFrontOfTheName() {
        assertThat(chat("deepseek/deepseek-v4-pro", BackendMode.OLLAMA))
                .containsExactly(new Hop("deepseek", "deepseek-v4-pro"));
    }

    @Test
    void saysUnknownWhereTheMapHasNoSuchName() {
        assertThat(map.resolve("nope", Operation.CHAT, BackendMode.VLLM)).isInstanceOf(Resolution.Unknown.class);
    }

    private List<Hop> chat(String name, BackendMode mode) {
        return hops(map.resolve(name, Operation.CHAT, mode));
    }

    private static List<Hop> hops(Resolution resolution) {
        return ((Resolution.Found) resolution).chain().hops();
    }
}
