package dev.sluice.dialect;

import java.util.HashSet;
import java.util.Set;

/**
 * How one provider's form of a dialect differs from the dialect. Data, kept in the provider catalogue and in settings.
 *
 * @param thinking how a request switches thinking on or off
 * @param schemas whether JSON schemas are understood; if not, the schema goes into the prompt and any JSON is asked for
 * @param openFields whether unknown request fields may be forwarded
 * @param completionCap whether the output limit is called {@code max_completion_tokens}
 * @param extendedSampling whether top_k, min_p and repetition_penalty are understood
 * @param dropped request fields that this provider or model refuses, left out before sending; also {@link #PREFILL} and
 *     {@link #FORCED_TOOLS}, which are no fields
 * @param greedyOnce whether several answers at temperature 0 must be asked for one by one
 * @param ollamaDefaults whether a native Ollama call gets Ollama's own sampling defaults
 * @param ability what the model can be told about thinking
 * @param completions where plain completions are served, below the provider's address
 */
public record Profile(
        ThinkingStyle thinking,
        boolean schemas,
        boolean openFields,
        boolean completionCap,
        boolean extendedSampling,
        Set<String> dropped,
        boolean greedyOnce,
        boolean ollamaDefaults,
        ThinkingAbility ability,
        String completions) {

    /** A last turn of the assistant's that is the beginning of the answer. */
    public static final String PREFILL = "prefill";

    /** A {@code tool_choice} by which a tool must be called. */
    public static final String FORCED_TOOLS = "forced tool_choice";

    /** A plain OpenAI-style server about which nothing else is known. */
    public static final Profile PLAIN =
            new Profile(ThinkingStyle.EFFORT, true, true, false, false, Set.of(), false, false);

    public Profile {
        dropped = Set.copyOf(dropped);
    }

    /** One of whose models nothing is known. */
    public Profile(
            ThinkingStyle thinking,
            boolean schemas,
            boolean openFields,
            boolean completionCap,
            boolean extendedSampling,
            Set<String> dropped,
            boolean greedyOnce,
            boolean ollamaDefaults) {
        this(
                thinking,
                schemas,
                openFields,
                completionCap,
                extendedSampling,
                dropped,
                greedyOnce,
                ollamaDefaults,
                ThinkingAbility.UNKNOWN,
                "/completions");
    }

    /** The same with plain completions in another place. */
    public Profile withCompletions(String path) {
        return new Profile(
                thinking,
                schemas,
                openFields,
                completionCap,
                extendedSampling,
                dropped,
                greedyOnce,
                ollamaDefaults,
                ability,
                path);
    }

    /** The same with other words for thinking, further fields left out, and what is known of a model. */
    public Profile with(ThinkingStyle style, Set<String> moreDropped, ThinkingAbility known) {
        Set<String> all = new HashSet<>(dropped);
        all.addAll(moreDropped);
        return new Profile(
                style,
                schemas,
                openFields,
                completionCap,
                extendedSampling,
                all,
                greedyOnce,
                ollamaDefaults,
                known,
                completions);
    }

    /** The ways in which thinking is asked for. */
    public enum ThinkingStyle {
        /** OpenAI: {@code reasoning_effort}. */
        EFFORT,
        /** OpenAI from GPT-6.1 on: {@code reasoning_effort}, of which low is the least. */
        EFFORT_FROM_LOW,
        /** vLLM: {@code chat_template_kwargs.enable_thinking}, and {@code include_reasoning} false for off. */
        TEMPLATE,
        /** DeepSeek: {@code thinking.type} and {@code reasoning_effort}. */
        SWITCH,
        /** OpenRouter: {@code reasoning{effort, enabled}}. */
        REASONING_OBJECT,
        /** Ollama: {@code think}. */
        THINK,
        /** Not at all: asked-for thinking is named as dropped. */
        NONE
    }
}
