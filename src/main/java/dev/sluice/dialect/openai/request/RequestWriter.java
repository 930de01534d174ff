package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.ThinkingAbility;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.CompletionRequest;
import dev.sluice.model.EmbedRequest;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Message;
import dev.sluice.model.Operation;
import dev.sluice.model.RawJson;
import dev.sluice.model.Thinking;
import dev.sluice.model.TokenEstimate;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** Writes requests that came in another dialect. */
public final class RequestWriter {
    private static final long USUAL_COMPLETION = 2_048;
    private static final long LEAST_COMPLETION = 16;
    private static final long USUAL_ANSWER = 256;

    private RequestWriter() {}

    /** @throws dev.sluice.model.GatewayException where this model cannot be told what is asked, so that another may be asked */
    public static Outbound chat(ChatRequest request, Target target) {
        refuseThinking(request, target.profile());
        RequestFields fields = new RequestFields(target, Operation.CHAT);
        messages(request, target, fields);
        fields.stream(request.stream());
        fields.choices(request.choices());
        fields.sampling(request.sampling());
        fields.cap(request.sampling().maxOutput(), OptionalLong.empty());
        format(request.format(), fields);
        tools(request, fields);
        thinking(request.thinking() == Thinking.DEFAULT ? target.thinking() : request.thinking(), fields);
        if (request.truncate()) {
            cut(request, fields, target);
        }
        fields.others(request.others());
        return fields.outbound(request.stream());
    }

    /** Whole turns have been left out by an estimate; where the server can cut by its own count, the rest is certain. */
    private static void cut(ChatRequest request, RequestFields fields, Target target) {
        long window = budget(request, target);
        if (window > 0 && canCut(fields.profile())) {
            long answer = Math.min(request.sampling().maxOutput().orElse(USUAL_ANSWER), window / 2);
            fields.raw("truncate_prompt_tokens", Long.toString(Math.max(1, window - answer)));
        }
    }

    private static boolean canCut(Profile profile) {
        return profile.openFields() && profile.extendedSampling();
    }

    private static void messages(ChatRequest request, Target target, RequestFields fields) {
        List<Message> spoken = JsonWish.spokenIn(
                request.messages(), request.format(), target.profile().schemas());
        List<Message> kept = request.truncate() ? ContextTrim.trim(spoken, budget(request, target)) : spoken;
        JsonGenerator json = fields.json();
        MessageWriter writer = new MessageWriter(json, target.profile());
        json.writeArrayPropertyStart("messages");
        kept.forEach(writer::write);
        if (Prefill.isBegun(kept) && !fields.carries(Profile.PREFILL)) {
            writer.write(Prefill.GO_ON);
        }
        json.writeEndArray();
    }

    private static long budget(ChatRequest request, Target target) {
        if (request.contextWindow() <= 0 || target.contextLimit() <= 0) {
            return Math.max(request.contextWindow(), target.contextLimit());
        }
        return Math.min(request.contextWindow(), target.contextLimit());
    }

    private static void format(AnswerFormat format, RequestFields fields) {
        switch (format) {
            case AnswerFormat.Free _ -> {}
            case AnswerFormat.AnyJson _ -> fields.raw("response_format", "{\"type\":\"json_object\"}");
            case AnswerFormat.Schema(String name, RawJson schema, boolean strict) -> {
                String wrapped = "{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
                        + Json.quoted(name.isEmpty() ? "answer" : name)
                        + ",\"schema\":" + schema
                        + ",\"strict\":" + strict + "}}";
                boolean known = fields.profile().schemas();
                fields.raw("response_format", known ? wrapped : "{\"type\":\"json_object\"}");
            }
        }
    }

    /** A model that may not call is not shown the tools: told "none", vLLM may still return raw calls as text. */
    private static void tools(ChatRequest request, RequestFields fields) {
        boolean forbidden = request.toolChoice()
                .filter(choice -> choice.text().equals("\"none\""))
                .isPresent();
        if (request.tools().isEmpty() || forbidden || !fields.carries("tools")) {
            return;
        }
        JsonGenerator json = fields.json();
        json.writeArrayPropertyStart("tools");
        request.tools().forEach(tool -> json.writeRawValue(tool.definition().text()));
        json.writeEndArray();
        request.toolChoice()
                .filter(choice -> !RequestSplice.forces(choice.text()) || fields.carries(Profile.FORCED_TOOLS))
                .ifPresent(choice -> fields.raw("tool_choice", choice.text()));
    }

    /** As Ollama 0.17.4 refuses it, where it is known that the model cannot. */
    private static void refuseThinking(ChatRequest request, Profile profile) {
        boolean wanted = request.thinking() != Thinking.DEFAULT && request.thinking() != Thinking.OFF;
        if (!wanted || !request.sampling().asAtOllama()) {
            return;
        }
        if (profile.ability() == ThinkingAbility.NEVER) {
            throw refused(Json.quoted(request.model()) + " does not support thinking");
        }
        if (profile.ability() == ThinkingAbility.SWITCH && request.thinking() != Thinking.ON) {
            String level = request.thinking().name().toLowerCase(Locale.ROOT);
            throw refused("think value \"" + level + "\" is not supported for this model");
        }
    }

    private static GatewayException refused(String words) {
        return new GatewayException(new Failure.BadRequest(400, words, "think", ""));
    }

    private static void thinking(Thinking thinking, RequestFields fields) {
        Profile profile = fields.profile();
        if (profile.thinking() == ThinkingStyle.NONE && thinking != Thinking.DEFAULT && thinking != Thinking.OFF) {
            fields.drop("think");
        }
        for (String member : ThinkingSpelling.members(profile.thinking(), thinking)) {
            int colon = member.indexOf(':');
            fields.raw(member.substring(1, colon - 1), member.substring(colon + 1));
        }
    }

    /** Always with a cap on the answer: without one OpenAI-style servers give 16 tokens. */
    public static Outbound completion(CompletionRequest request, Target target) {
        RequestFields fields = new RequestFields(target, Operation.COMPLETION);
        fields.raw("prompt", request.prompt().text());
        if (!request.suffix().isEmpty()) {
            fields.raw("suffix", Json.quoted(request.suffix()));
        }
        fields.stream(request.stream());
        fields.choices(request.choices());
        fields.sampling(request.sampling());
        fields.cap(request.sampling().maxOutput(), OptionalLong.of(roomFor(request, target)));
        format(request.format(), fields);
        if (request.echo()) {
            fields.raw("echo", "true");
        }
        fields.others(request.others());
        return fields.outbound(request.stream());
    }

    /** Left out, the limit of a plain completion would be 16 tokens. */
    private static long roomFor(CompletionRequest request, Target target) {
        if (target.contextLimit() <= 0) {
            return USUAL_COMPLETION;
        }
        long taken = TokenEstimate.of(request.prompt().text()) + TokenEstimate.of(request.suffix());
        return Math.max(LEAST_COMPLETION, target.contextLimit() - taken - LEAST_COMPLETION);
    }

    /** Always asks for numbers; whoever writes the answer packs and shortens the vectors as the client wished. */
    public static Outbound embed(EmbedRequest request, Target target) {
        RequestFields fields = new RequestFields(target, Operation.EMBEDDING);
        JsonGenerator json = fields.json();
        json.writeArrayPropertyStart("input");
        request.inputs().forEach(input -> json.writeRawValue(input.text()));
        json.writeEndArray();
        fields.raw("encoding_format", "\"float\"");
        // Dimensions are not passed on: most models refuse them, and who writes the answer cuts the vectors anyway.
        if (request.truncate() && canCut(fields.profile())) {
            fields.raw(
                    "truncate_prompt_tokens", target.contextLimit() > 0 ? Long.toString(target.contextLimit()) : "-1");
        }
        return fields.outbound(false);
    }
}
