package dev.sluice.dialect.ollama;

import dev.sluice.dialect.Json;
import dev.sluice.model.FinishReason;
import dev.sluice.model.Piece;
import dev.sluice.model.RawJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JsonGenerator;

/** Collects the fragments of tool calls until they are whole, as Ollama sends them. Used by one thread. */
final class ToolCalls {
    private static final String OWN_ID = "call_";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 8;

    private final Set<String> declared;
    private final Map<Integer, Draft> drafts = new TreeMap<>();
    private int written;
    private long length;
    private boolean broken;

    ToolCalls(Set<String> declared) {
        this.declared = declared;
    }

    private static final class Draft {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
    }

    void add(Piece.ToolCallPart part) {
        length += part.arguments().length();
        if (tooLong()) {
            return;
        }
        Draft draft = drafts.computeIfAbsent(part.index(), _ -> new Draft());
        if (draft.id.isEmpty()) {
            draft.id = part.id();
        }
        if (draft.name.isEmpty()) {
            draft.name = part.name();
        }
        draft.arguments.append(part.arguments());
    }

    /** Whether more has come than any client reads in one line. */
    boolean tooLong() {
        return length > OllamaFront.LONGEST_LINE;
    }

    /**
     * The calls collected since the last time, whole; calls of tools that the client did not declare are left out.
     *
     * @param reason why the answer ended: one that ended at its length may have half a call, which is left out, too
     */
    List<RawJson> take(FinishReason reason) {
        List<RawJson> calls = new ArrayList<>(drafts.size());
        for (Draft draft : drafts.values()) {
            if (declared.contains(draft.name)) {
                Optional<RawJson> arguments = arguments(draft.arguments.toString());
                broken |= arguments.isEmpty() && reason != FinishReason.LENGTH;
                arguments.ifPresent(known -> calls.add(call(draft, known)));
            }
        }
        drafts.clear();
        return broken ? List.of() : calls;
    }

    /** Whether a call had arguments that are no object: without them, it would be another call. */
    boolean broken() {
        return broken;
    }

    /** A tool that takes nothing is called with nothing by some providers. */
    private static Optional<RawJson> arguments(String written) {
        return written.isBlank() || written.strip().equals("null")
                ? Optional.of(RawJson.EMPTY_OBJECT)
                : OllamaJson.compactObject(written);
    }

    private RawJson call(Draft draft, RawJson arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(draft.arguments.length() + 96);
        try (JsonGenerator json = OllamaJson.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", draft.id.startsWith(OWN_ID) ? Json.wellFormed(draft.id) : freshId());
            json.writeObjectPropertyStart("function");
            json.writeNumberProperty("index", written++);
            json.writeStringProperty("name", Json.wellFormed(draft.name));
            json.writeName("arguments");
            json.writeRawValue(arguments.text());
            json.writeEndObject();
            json.writeEndObject();
        }
        return new RawJson(out.toString(StandardCharsets.UTF_8));
    }

    private static String freshId() {
        StringBuilder id = new StringBuilder(OWN_ID);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return id.toString();
    }
}
