package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Writes a chat or completion as one JSON object. Used by one thread. */
final class WholeWriter implements AnswerWriter {
    private static final String LOGPROBS = "logprobs";

    private final Inbound inbound;
    private final AnswerClock clock;
    private final boolean chat;
    private final TreeMap<Integer, Choice> choices = new TreeMap<>();
    private final Map<String, RawJson> others = new LinkedHashMap<>(0);
    private final UsageSum counts = UsageSum.ofAnswers();

    /** One answer as it grows. */
    private static final class Choice {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thought = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final List<String> logprobs = new ArrayList<>(0);
        private final TreeMap<Integer, Call> calls = new TreeMap<>();
        private final Map<String, RawJson> others = new LinkedHashMap<>(0);
        private final Map<String, RawJson> ofTurn = new LinkedHashMap<>(0);
        private final Map<Integer, Map<String, RawJson>> ofCalls = new HashMap<>(0);
        private FinishReason finish = FinishReason.STOP;
    }

    private record Call(String id, String name, StringBuilder arguments) {}

    WholeWriter(Inbound inbound, AnswerClock clock) {
        this.inbound = inbound;
        this.clock = clock;
        this.chat = inbound.endpoint() == Endpoint.OPENAI_CHAT;
    }

    @Override
    public String contentType() {
        return Wire.JSON;
    }

    @Override
    public byte[] write(Piece piece) {
        switch (piece) {
            case Piece.Text(int choice, String text, Optional<RawJson> logprobs) -> {
                choice(choice).text.append(text);
                logprobs.ifPresent(list -> addItems(list.text(), choice(choice).logprobs));
            }
            case Piece.Thought(int choice, String text) ->
                choice(choice).thought.append(text);
            case Piece.Refusal(int choice, String text) ->
                choice(choice).refusal.append(text);
            case Piece.ToolCallPart part -> call(part);
            case Piece.Finish(int choice, FinishReason reason, String _) -> choice(choice).finish = reason;
            case Piece.Extra extra -> extra(extra);
            case Piece.Counted _, Piece.Timed _, Piece.Vector _, Piece.Broken _, Piece.Done _ -> {}
        }
        return Wire.NOTHING;
    }

    /** Of several answers the first one speaks for all of them where there is only one place. */
    private void extra(Piece.Extra extra) {
        switch (extra.holder()) {
            case Piece.Holder.Answer _ -> {
                if (extra.choice() == 0) {
                    others.putAll(extra.members());
                }
            }
            case Piece.Holder.Count _ -> counts.add(extra.members());
            case Piece.Holder.Choice _ -> choice(extra.choice()).others.putAll(extra.members());
            case Piece.Holder.Turn _ -> choice(extra.choice()).ofTurn.putAll(extra.members());
            case Piece.Holder.Call(int index) -> choice(extra.choice()).ofCalls.put(index, extra.members());
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice());
    }

    private static void addItems(String list, List<String> items) {
        String inner = list.strip();
        String between = inner.substring(1, inner.length() - 1).strip();
        if (!between.isEmpty()) {
            items.add(between);
        }
    }

    private void call(Piece.ToolCallPart part) {
        choice(part.choice())
                .calls
                .computeIfAbsent(
                        part.index(),
                        _ -> new Call(
                                part.id().isEmpty() ? Writing.id("call_") : part.id(),
                                part.name(),
                                new StringBuilder()))
                .arguments
                .append(part.arguments());
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        choice(0);
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("id", Writing.id(chat ? "chatcmpl-" : "cmpl-"));
            json.writeStringProperty("object", chat ? "chat.completion" : "text_completion");
            json.writeNumberProperty("created", clock.now().getEpochSecond());
            json.writeStringProperty("model", inbound.model());
            json.writeArrayPropertyStart("choices");
            choices.forEach((index, choice) -> choice(json, index, choice));
            json.writeEndArray();
            usage.ifPresent(count -> Writing.usage(json, count, counts));
            Writing.members(json, others);
            json.writeEndObject();
        });
    }

    private void choice(JsonGenerator json, int index, Choice choice) {
        json.writeStartObject();
        json.writeNumberProperty("index", index);
        if (chat) {
            message(json, choice);
        } else {
            json.writeStringProperty("text", choice.text.toString());
        }
        if (!choice.others.containsKey(LOGPROBS)) {
            json.writeName(LOGPROBS);
            json.writeRawValue(choice.logprobs.isEmpty() ? "null" : logprobs(choice.logprobs));
        }
        json.writeStringProperty("finish_reason", Writing.finish(choice.finish, !choice.calls.isEmpty()));
        Writing.members(json, choice.others);
        json.writeEndObject();
    }

    private String logprobs(List<String> items) {
        RawJson list = new RawJson("[" + String.join(",", items) + "]");
        return chat
                ? "{\"content\":" + list + ",\"refusal\":null}"
                : TokenLogprobs.ofChat(list).asOfText(0);
    }

    private static void message(JsonGenerator json, Choice choice) {
        json.writeObjectPropertyStart("message");
        json.writeStringProperty("role", "assistant");
        boolean silent = choice.text.isEmpty() && (!choice.calls.isEmpty() || !choice.refusal.isEmpty());
        orNull(json, "content", silent, choice.text);
        orNull(json, "refusal", choice.refusal.isEmpty(), choice.refusal);
        if (!choice.thought.isEmpty()) {
            json.writeStringProperty("reasoning_content", choice.thought.toString());
        }
        if (!choice.calls.isEmpty()) {
            json.writeArrayPropertyStart("tool_calls");
            choice.calls.forEach((at, call) -> call(json, call, choice.ofCalls.getOrDefault(at, Map.of())));
            json.writeEndArray();
        }
        Writing.members(json, choice.ofTurn);
        json.writeEndObject();
    }

    private static void orNull(JsonGenerator json, String name, boolean isNull, StringBuilder text) {
        json.writeName(name);
        if (isNull) {
            json.writeNull();
        } else {
            json.writeString(text.toString());
        }
    }

    private static void call(JsonGenerator json, Call call, Map<String, RawJson> others) {
        json.writeStartObject();
        json.writeStringProperty("id", call.id);
        json.writeStringProperty("type", "function");
        json.writeObjectPropertyStart("function");
        json.writeStringProperty("name", call.name);
        json.writeStringProperty("arguments", call.arguments.isEmpty() ? "{}" : call.arguments.toString());
        json.writeEndObject();
        Writing.members(json, others);
        json.writeEndObject();
    }

    /** Nothing: the answer is sent when it is whole, so it cannot break off. */
    @Override
    public byte[] breakOff(Failure failure) {
        return Wire.NOTHING;
    }

    /** Nothing: no byte may come before the headers of an answer that may still become a refusal. */
    @Override
    public byte[] heartbeat() {
        return Wire.NOTHING;
    }
}
