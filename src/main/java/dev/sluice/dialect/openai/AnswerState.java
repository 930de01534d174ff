package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Inbound.Span;
import dev.sluice.dialect.Seen;
import dev.sluice.model.Failure.Kind;
import dev.sluice.model.Failure.Upstream;
import dev.sluice.model.TokenEstimate;
import dev.sluice.model.Usage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What has been seen of an answer so far; relays and readers judge its end by it. Used by one thread. */
final class AnswerState {
    private static final Upstream EMPTY =
            new Upstream(Kind.EMPTY_ANSWER, 200, "the provider ended its answer without any content");

    private static final int LONGEST_RECEIPT = 128;

    private final boolean mayBeEmpty;
    private final Map<Integer, ToolIndexes> tools = new HashMap<>(2);
    private final Seen seen = new Seen();
    private boolean content;
    private boolean otherFinish;
    private final Set<Integer> begun = new TreeSet<>();
    private final Set<Integer> finished = new HashSet<>(2);

    /** @param mayBeEmpty whether an answer without content is a good one, as for text that is filled in */
    AnswerState(boolean mayBeEmpty) {
        this.mayBeEmpty = mayBeEmpty;
    }

    /**
     * Takes note of a chunk; afterwards it may have failed.
     *
     * @param json the array in which the chunk stands
     */
    void see(Chunk chunk, byte[] json) {
        if (seen.answeredBy().isEmpty()) {
            seen.answeredBy(chunk.modelName());
        }
        if (seen.receipt().isEmpty()) {
            chunk.id().ifPresent(id -> seen.receipt(receipt(json, id)));
        }
        chunk.error().ifPresent(error -> fail(error.inAnswer()));
        for (Chunk.Choice choice : chunk.choices()) {
            see(choice);
        }
        seen.count(chunk.usage());
        if (content || otherFinish || (mayBeEmpty && finished())) {
            seen.markContent();
        }
    }

    /** Only a plain short name is taken: it goes into the ledger, and into an address when it is asked about. */
    private static String receipt(byte[] json, Span id) {
        int length = id.to() - id.from() - 2;
        if (length < 1 || length > LONGEST_RECEIPT || json[id.from()] != '"') {
            return "";
        }
        for (int i = id.from() + 1; i < id.to() - 1; i++) {
            if (json[i] <= ' ' || json[i] == '"' || json[i] == '\\') {
                return "";
            }
        }
        return new String(json, id.from() + 1, length, StandardCharsets.US_ASCII);
    }

    private void see(Chunk.Choice choice) {
        begun.add(choice.index());
        choice.error().ifPresent(error -> fail(error.inAnswer()));
        seen.addCharacters((long) choice.text().length()
                + choice.thought().length()
                + choice.refusal().length());
        content |= !choice.text().isBlank()
                || !choice.thought().isBlank()
                || !choice.refusal().isBlank();
        for (Chunk.Call call : choice.calls()) {
            seen.addCharacters(call.arguments().length());
            seen.markSpoken();
            content = true;
        }
        switch (choice.finish()) {
            case "" -> {}
            case "error", "insufficient_system_resource" -> fail(brokenOff(choice.finish()));
            case "stop" -> finished.add(choice.index());
            default -> {
                finished.add(choice.index());
                otherFinish = true;
            }
        }
    }

    /** Takes note of a chunk that only says more, when there was content before. */
    void seeMore(int characters) {
        seen.addCharacters(characters);
    }

    private static Upstream brokenOff(String reason) {
        return new Upstream(Kind.CUT, 0, "the provider broke its answer off (" + reason + ")");
    }

    ToolIndexes tools(int choice) {
        return tools.computeIfAbsent(choice, _ -> new ToolIndexes());
    }

    /** The reason to report for what the provider called {@code finish}. */
    String finish(int choice, String finish) {
        boolean called = tools.containsKey(choice) && tools(choice).any();
        return switch (finish) {
            case "length", "content_filter", "function_call" -> finish;
            case "tool_calls" -> called ? finish : "stop";
            default -> called ? "tool_calls" : finish;
        };
    }

    void fail(Kind kind, String message) {
        fail(new Upstream(kind, 0, message));
    }

    void fail(Upstream reason) {
        seen.fail(reason);
    }

    /** The end mark came. */
    void endMark() {
        checkContent();
        if (!seen.failed()) {
            seen.markComplete();
        }
    }

    /** The body ended. Without end mark that is only good where each answer in it was finished. */
    void endOfBody() {
        if (seen.over()) {
            return;
        }
        if (!finished() || !open().isEmpty()) {
            fail(Kind.CUT, "the provider's answer ended in the middle");
            return;
        }
        endMark();
    }

    private void checkContent() {
        if (!content && !otherFinish && !(mayBeEmpty && !begun.isEmpty())) {
            fail(EMPTY);
        }
    }

    /** The choices that have begun and have not said that they are finished, in order. */
    List<Integer> open() {
        return begun.stream().filter(choice -> !finished.contains(choice)).toList();
    }

    /** Whether any choice has said that it is finished. */
    boolean finished() {
        return !finished.isEmpty();
    }

    /** What was probably consumed, where the provider has not counted; the ledger reckons it in the same way. */
    Usage estimate(Inbound inbound) {
        return TokenEstimate.usage(inbound.body(), seen.characters());
    }

    Seen seen() {
        return seen;
    }
}
