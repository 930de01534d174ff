package dev.sluice.dialect.openai;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a chat or completion as an event stream. Used by one thread. Finish chunks wait for the end, because a receipt
 * may have to go into the last one.
 */
final class StreamWriter implements AnswerWriter {
    private static final String LOGPROBS = "logprobs";

    private final Inbound inbound;
    private final Receipt receipt;
    private final boolean chat;
    private final String id;
    private final long created;
    private final Set<Integer> begun = new HashSet<>(2);
    private final Set<Long> calls = new HashSet<>(0);
    private final Set<Integer> calling = new HashSet<>(0);
    private final TreeMap<Integer, FinishReason> finishes = new TreeMap<>();
    private final Map<Integer, WaitingExtras> extras = new HashMap<>(0);
    private final Map<Integer, Integer> written = new HashMap<>(2);
    private long characters;
    private final UsageSum counts = UsageSum.ofAnswers();

    StreamWriter(Inbound inbound, Receipt receipt, AnswerClock clock) {
        this.inbound = inbound;
        this.receipt = receipt;
        this.chat = inbound.endpoint() == Endpoint.OPENAI_CHAT;
        this.id = Writing.id(chat ? "chatcmpl-" : "cmpl-");
        this.created = clock.now().getEpochSecond();
    }

    @Override
    public String contentType() {
        return Wire.EVENT_STREAM;
    }

    @Override
    public byte[] write(Piece piece) {
        characters += characters(piece);
        return switch (piece) {
            case Piece.Text text -> text(text);
            case Piece.Thought(int choice, String text) -> delta(choice, "reasoning_content", text);
            case Piece.Refusal(int choice, String text) -> delta(choice, "refusal", text);
            case Piece.ToolCallPart part -> chat ? call(part) : Wire.NOTHING;
            case Piece.Finish(int choice, FinishReason reason, String _) -> {
                finishes.put(choice, reason);
                yield Wire.NOTHING;
            }
            case Piece.Extra extra -> extra(extra);
            case Piece.Counted _, Piece.Timed _, Piece.Vector _, Piece.Broken _, Piece.Done _ -> Wire.NOTHING;
        };
    }

    private static int characters(Piece piece) {
        return switch (piece) {
            case Piece.Text text -> text.text().length();
            case Piece.Thought thought -> thought.text().length();
            case Piece.Refusal refusal -> refusal.text().length();
            case Piece.ToolCallPart part -> part.arguments().length();
            case Piece.Finish _,
                    Piece.Extra _,
                    Piece.Counted _,
                    Piece.Timed _,
                    Piece.Vector _,
                    Piece.Broken _,
                    Piece.Done _ -> 0;
        };
    }

    private byte[] text(Piece.Text text) {
        if (text.text().isEmpty() && text.logprobs().isEmpty()) {
            return Wire.NOTHING;
        }
        String field = chat ? "content" : "text";
        int before = written.getOrDefault(text.choice(), 0);
        written.put(text.choice(), before + TokenLogprobs.characters(text.text()));
        Optional<String> logprobs = text.logprobs().map(list -> logprobs(list, before));
        return chunk(text.choice(), logprobs, json -> json.writeStringProperty(field, text.text()));
    }

    private byte[] delta(int choice, String field, String text) {
        if (!chat || text.isEmpty()) {
            return Wire.NOTHING;
        }
        return chunk(choice, Optional.empty(), json -> json.writeStringProperty(field, text));
    }

    private byte[] extra(Piece.Extra extra) {
        if (extra.holder() instanceof Piece.Holder.Count) {
            counts.add(extra.members());
            return Wire.NOTHING;
        }
        int choice = extra.choice();
        ByteArrayOutputStream out = new ByteArrayOutputStream(0);
        if (waiting(choice).has(extra)) {
            WaitingExtras before = taken(choice);
            if (!begin(choice, before, out)) {
                write(out, new Line(choice, this::nothing, before));
            }
        }
        extras.computeIfAbsent(choice, _ -> new WaitingExtras()).add(extra);
        return out.toByteArray();
    }

    private WaitingExtras waiting(int choice) {
        return extras.getOrDefault(choice, WaitingExtras.NONE);
    }

    private WaitingExtras taken(int choice) {
        WaitingExtras waiting = waiting(choice);
        extras.remove(choice);
        return waiting;
    }

    private byte[] call(Piece.ToolCallPart part) {
        boolean first = calls.add(((long) part.choice() << 32) | part.index());
        calling.add(part.choice());
        if (!first && part.arguments().isEmpty()) {
            return Wire.NOTHING;
        }
        return chunk(part.choice(), Optional.empty(), json -> {
            json.writeArrayPropertyStart("tool_calls");
            json.writeStartObject();
            json.writeNumberProperty("index", part.index());
            if (first) {
                json.writeStringProperty("id", part.id().isEmpty() ? Writing.id("call_") : part.id());
                json.writeStringProperty("type", "function");
            }
            json.writeObjectPropertyStart("function");
            if (first) {
                json.writeStringProperty("name", part.name());
            }
            json.writeStringProperty("arguments", part.arguments());
            json.writeEndObject();
            Writing.members(json, waiting(part.choice()).ofCall(part.index()));
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    /** One chunk with one choice. */
    private record Line(
            int choice,
            Consumer<JsonGenerator> delta,
            Optional<String> logprobs,
            Optional<String> finish,
            Optional<RawJson> note,
            WaitingExtras extras) {
        Line(int choice, Consumer<JsonGenerator> delta, WaitingExtras extras) {
            this(choice, delta, Optional.empty(), Optional.empty(), Optional.empty(), extras);
        }
    }

    private byte[] chunk(int choice, Optional<String> logprobs, Consumer<JsonGenerator> delta) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(320);
        begin(choice, WaitingExtras.NONE, out);
        write(out, new Line(choice, delta, logprobs, Optional.empty(), Optional.empty(), waiting(choice)));
        extras.remove(choice);
        return out.toByteArray();
    }

    /** @return whether a chunk was written: the first one of each choice has the role and no text */
    private boolean begin(int choice, WaitingExtras with, ByteArrayOutputStream out) {
        if (!chat || !begun.add(choice)) {
            return false;
        }
        Consumer<JsonGenerator> role = json -> {
            json.writeStringProperty("role", "assistant");
            json.writeStringProperty("content", "");
        };
        write(out, new Line(choice, role, with));
        return true;
    }

    private void write(ByteArrayOutputStream out, Line line) {
        Wire.frame(out, json -> {
            head(json);
            json.writeStartObject();
            json.writeNumberProperty("index", line.choice);
            body(json, line);
            if (!line.extras.ofChoice().containsKey(LOGPROBS)) {
                json.writeName(LOGPROBS);
                json.writeRawValue(line.logprobs.orElse("null"));
            }
            json.writeName("finish_reason");
            json.writeRawValue(line.finish.map(Json::quoted).orElse("null"));
            Writing.members(json, line.extras.ofChoice());
            json.writeEndObject();
            json.writeEndArray();
            if (inbound.usageAsked()) {
                json.writeNullProperty("usage");
            }
            Writing.members(json, line.extras.ofAnswer());
            note(json, line.note);
            json.writeEndObject();
        });
    }

    /** @param before how many characters of its choice have been written */
    private String logprobs(RawJson list, int before) {
        return chat
                ? "{\"content\":" + list + ",\"refusal\":null}"
                : TokenLogprobs.ofChat(list).asOfText(before);
    }

    private void body(JsonGenerator json, Line line) {
        if (!chat) {
            line.delta.accept(json);
            return;
        }
        json.writeObjectPropertyStart("delta");
        line.delta.accept(json);
        Writing.members(json, line.extras.ofTurn());
        json.writeEndObject();
    }

    private void nothing(JsonGenerator json) {
        if (!chat) {
            json.writeStringProperty("text", "");
        }
    }

    private void head(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("object", chat ? "chat.completion.chunk" : "text_completion");
        json.writeNumberProperty("created", created);
        json.writeStringProperty("model", inbound.model());
        json.writeArrayPropertyStart("choices");
    }

    private static void note(JsonGenerator json, Optional<RawJson> note) {
        note.ifPresent(value -> {
            json.writeName("sluice");
            json.writeRawValue(value.text());
        });
    }

    @Override
    public byte[] end(Optional<Usage> usage) {
        if (finishes.isEmpty()) {
            finishes.put(0, FinishReason.STOP);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        Optional<RawJson> note = receipt.of(usage);
        Optional<Usage> shown = inbound.usageAsked()
                ? usage.or(() -> Optional.of(TokenEstimate.usage(inbound.body(), characters)))
                : Optional.empty();
        for (int choice : finishes.keySet()) {
            boolean last = choice == finishes.lastKey();
            begin(choice, WaitingExtras.NONE, out);
            finish(out, choice, last && shown.isEmpty() ? note : Optional.empty());
        }
        shown.ifPresent(count -> usage(out, count, note));
        out.writeBytes(Wire.DONE);
        return out.toByteArray();
    }

    private void finish(ByteArrayOutputStream out, int choice, Optional<RawJson> note) {
        FinishReason reason = finishes.getOrDefault(choice, FinishReason.STOP);
        String word = Writing.finish(reason, calling.contains(choice));
        write(out, new Line(choice, this::nothing, Optional.empty(), Optional.of(word), note, taken(choice)));
    }

    private void usage(ByteArrayOutputStream out, Usage usage, Optional<RawJson> note) {
        Wire.frame(out, json -> {
            head(json);
            json.writeEndArray();
            Writing.usage(json, usage, counts);
            note(json, note);
            json.writeEndObject();
        });
    }

    @Override
    public byte[] breakOff(Failure failure) {
        return Refusals.breakOff(failure, inbound.model());
    }

    @Override
    public byte[] heartbeat() {
        return Wire.waiting();
    }
}
