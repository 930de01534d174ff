package dev.sluice.dialect.openai.request;

import dev.sluice.dialect.Edits;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.openai.wire.Members;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Operation;
import dev.sluice.model.Thinking;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Makes a client's bytes fit one provider of the same dialect by changing only the ranges that must change. The body is
 * parsed again only where the provider's profile asks for something that the first reading did not note. For one use.
 */
public final class RequestSplice {
    private static final String CAP = "max_tokens";
    private static final String COMPLETION_CAP = "max_completion_tokens";

    private final Inbound inbound;
    private final Target target;
    private final Profile profile;
    private final Operation operation;
    private final byte[] body;
    private final Edits edits = new Edits();
    private final StringBuilder added = new StringBuilder();
    private final Set<String> dropped = new LinkedHashSet<>();

    private record Member(String name, int from, int valueFrom, int to) {}

    private RequestSplice(Inbound inbound, Target target) {
        this.inbound = inbound;
        this.target = target;
        this.profile = target.profile();
        this.operation = inbound.endpoint().operation();
        this.body = inbound.body();
    }

    /** The client's own bytes, with what must be other in them. */
    public static Outbound of(Inbound inbound, Target target) {
        return new RequestSplice(inbound, target).outbound();
    }

    static String path(Operation operation, Profile profile) {
        return switch (operation) {
            case CHAT -> "/chat/completions";
            case COMPLETION -> profile.completions();
            case EMBEDDING -> "/embeddings";
        };
    }

    private Outbound outbound() {
        if (membersMatter()) {
            members();
        }
        if (operation == Operation.CHAT && inbound.needs().schema() && !profile.schemas()) {
            SchemaSplice.into(edits, body, !profile.dropped().contains("response_format"));
        }
        if (operation == Operation.CHAT && profile.dropped().contains(Profile.PREFILL)) {
            prefill();
        }
        inbound.spots().model().ifPresent(this::model);
        if (operation != Operation.EMBEDDING) {
            cap();
            if (inbound.stream()) {
                streamOptions();
            }
        }
        if (!added.isEmpty()) {
            edits.insert(inbound.spots().objectStart(), added.toString());
        }
        return new Outbound(path(operation, profile), edits.over(body), inbound.stream(), List.copyOf(dropped));
    }

    private void prefill() {
        Prefill.end(body).ifPresent(at -> {
            edits.insert(at, "," + Prefill.turn());
            dropped.add(Profile.PREFILL);
        });
    }

    private void add(String member) {
        added.append(member).append(',');
    }

    private void model(Span place) {
        if (!inbound.model().equals(target.model())) {
            edits.replace(place, Json.quoted(target.model()));
        }
    }

    private boolean membersMatter() {
        boolean closed = !profile.openFields() || !profile.dropped().isEmpty();
        boolean thinking = operation == Operation.CHAT
                && (profile.thinking() != ThinkingStyle.EFFORT || target.thinking() != Thinking.DEFAULT);
        return ((closed || thinking) && !isPlain()) || twoCaps() || mayHaveLlamaCap();
    }

    private boolean mayHaveLlamaCap() {
        return inbound.spots()
                .members()
                .filter(names -> !names.contains(RequestScan.LLAMA_CAP))
                .isEmpty();
    }

    /** Whether the first reading saw nothing that might have to go, or be spelt in another way. */
    private boolean isPlain() {
        boolean implied = operation == Operation.CHAT && target.thinking() != Thinking.DEFAULT;
        return !implied
                && inbound.spots()
                        .members()
                        .filter(names -> names.stream().noneMatch(this::mayMatter))
                        .isPresent();
    }

    private boolean mayMatter(String name) {
        return name.equals("tool_choice") || ThinkingFields.NAMES.contains(name) || isRefused(name);
    }

    /** Whether the output limit may stand there under both its names. */
    private boolean twoCaps() {
        return inbound.spots().outputCap().isPresent()
                && (profile.completionCap() || !nameOfCap().equals(CAP))
                && operation == Operation.CHAT;
    }

    private String nameOfCap() {
        Optional<Span> name = inbound.spots().outputCap().flatMap(value -> Members.nameBefore(body, value.from()));
        return name.map(span -> Wire.text(body, span.from() + 1, span.to() - 1)).orElse("");
    }

    private String capName() {
        return profile.completionCap() && operation == Operation.CHAT ? COMPLETION_CAP : CAP;
    }

    private void members() {
        ThinkingFields thinking = new ThinkingFields();
        List<Member> members = read(thinking);
        Set<String> given = new HashSet<>();
        members.forEach(member -> given.add(member.name));
        given.retainAll(ThinkingFields.NAMES);
        boolean silent = operation == Operation.CHAT && thinking.thinking() == Thinking.DEFAULT;
        boolean implied = silent && target.thinking() != Thinking.DEFAULT;
        boolean respell = implied || respells(thinking, given);
        if (respell) {
            List<String> spelt =
                    ThinkingSpelling.members(profile.thinking(), implied ? target.thinking() : thinking.thinking());
            spelt.forEach(this::add);
            if (spelt.isEmpty() && thinking.wanted() && profile.thinking() == ThinkingStyle.NONE) {
                dropped.addAll(given);
            }
        }
        Members walk = new Members(body, inbound.spots().objectStart());
        for (Member member : members) {
            boolean respelt = respell && ThinkingFields.NAMES.contains(member.name);
            if (respelt || isDoubleCap(member)) {
                edits.cut(walk.cut(member.from, member.to));
            } else if (isRefused(member.name) || isForced(member)) {
                dropped.add(member.name);
                edits.cut(walk.cut(member.from, member.to));
            } else {
                walk.keep(member.to);
            }
        }
    }

    private boolean respells(ThinkingFields thinking, Set<String> given) {
        boolean understood = profile.thinking() == ThinkingStyle.EFFORT && profile.openFields();
        return operation == Operation.CHAT
                && !understood
                && !given.isEmpty()
                && ThinkingSpelling.needed(profile.thinking(), thinking.thinking(), given);
    }

    private List<Member> read(ThinkingFields thinking) {
        List<Member> members = new ArrayList<>(16);
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                String name = parser.currentName();
                parser.nextToken();
                int valueFrom = (int) parser.currentTokenLocation().getByteOffset();
                if (ThinkingFields.NAMES.contains(name)) {
                    thinking.take(name, parser);
                }
                members.add(new Member(name, from, valueFrom, Json.endOfValue(parser)));
            }
        }
        return members;
    }

    private boolean isDoubleCap(Member member) {
        Optional<Span> cap = inbound.spots().outputCap();
        Optional<Span> other = cap.filter(value -> value.from() != member.valueFrom);
        return switch (member.name) {
            case CAP -> operation != Operation.EMBEDDING && other.isPresent();
            case COMPLETION_CAP -> operation == Operation.CHAT && other.isPresent();
            case RequestScan.LLAMA_CAP -> operation != Operation.EMBEDDING && (cap.isEmpty() || other.isPresent());
            default -> false;
        };
    }

    private boolean isForced(Member member) {
        return profile.dropped().contains(Profile.FORCED_TOOLS)
                && member.name.equals("tool_choice")
                && forces(Wire.text(body, member.valueFrom, member.to));
    }

    /** Whether a {@code tool_choice} leaves the model no other way than to call. */
    static boolean forces(String choice) {
        boolean list = choice.startsWith("{") && choice.contains("\"allowed_tools\"") && choice.contains("\"auto\"");
        return !list && !choice.equals("\"auto\"") && !choice.equals("\"none\"") && !choice.equals("null");
    }

    private boolean isRefused(String name) {
        if (name.equals("model")) {
            return false;
        }
        boolean cap = name.equals(CAP)
                || (name.equals(COMPLETION_CAP) && operation != Operation.COMPLETION)
                || (name.equals(RequestScan.LLAMA_CAP) && operation != Operation.EMBEDDING);
        if (profile.dropped().contains(cap ? capName() : name)) {
            return true;
        }
        return !profile.openFields()
                && !cap
                && !KnownFields.isStandard(operation, name)
                && !(operation == Operation.CHAT
                        && ThinkingSpelling.fields(profile.thinking()).contains(name));
    }

    private void cap() {
        String name = capName();
        if (profile.dropped().contains(name)) {
            return;
        }
        Optional<Span> value = inbound.spots().outputCap();
        OptionalLong most = target.outputCap();
        boolean lower = most.isPresent() && inbound.outputCap().orElse(Long.MAX_VALUE) > most.getAsLong();
        if (value.isEmpty()) {
            if (lower) {
                add("\"" + name + "\":" + most.getAsLong());
            }
            return;
        }
        if (lower) {
            edits.replace(value.get(), Long.toString(most.getAsLong()));
        }
        if (!nameOfCap().equals(name)) {
            Members.nameBefore(body, value.get().from()).ifPresent(span -> edits.replace(span, "\"" + name + "\""));
        }
    }

    private void streamOptions() {
        Optional<Span> place = inbound.spots().streamOptions();
        if (place.isEmpty() || dropped.contains("stream_options")) {
            if (!profile.dropped().contains("stream_options")) {
                add("\"stream_options\":{\"include_usage\":true}");
            }
            return;
        }
        if (inbound.usageAsked()) {
            return;
        }
        Span options = place.get();
        if (body[options.from()] != '{') {
            edits.replace(options, "{\"include_usage\":true}");
            return;
        }
        includeUsage(options);
    }

    private void includeUsage(Span options) {
        boolean empty = true;
        try (JsonParser parser = Json.parser(body, options.from(), options.to() - options.from())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                empty = false;
                boolean here = parser.currentName().equals("include_usage");
                parser.nextToken();
                int from = options.from() + (int) parser.currentTokenLocation().getByteOffset();
                int to = options.from() + Json.endOfValue(parser);
                if (here) {
                    edits.replace(new Span(from, to), "true");
                    return;
                }
            }
        }
        edits.insert(options.from() + 1, empty ? "\"include_usage\":true" : "\"include_usage\":true,");
    }
}
