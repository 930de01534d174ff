package dev.sluice.dialect;

import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import java.util.Optional;

/** What has been seen of one answer so far, beside its bytes. Filled by whoever reads the answer; used by one thread. */
public final class Seen {
    private Optional<Failure.Upstream> failure = Optional.empty();
    private Optional<Usage> usage = Optional.empty();
    private String answeredBy = "";
    private String receipt = "";
    private boolean content;
    private boolean complete;
    private boolean nothingUsed;
    private boolean spoken;
    private long characters;
    private long charactersCounted;
    private long mostOutput;

    /** Notes real content. */
    public void markContent() {
        content = true;
    }

    /** Notes the provider's end mark. */
    public void markComplete() {
        complete = true;
    }

    /** Notes what went wrong; what went wrong first holds. */
    public void fail(Failure.Upstream reason) {
        if (failure.isEmpty()) {
            failure = Optional.of(reason);
        }
    }

    /**
     * Notes the provider's count, where there is one; the last one that is not all zeros holds. What came in the same chunk
     * is noted before, for the count includes it.
     */
    public void count(Optional<Usage> now) {
        if (now.filter(Usage::isNothing).isPresent()) {
            nothingUsed = true; // Ollama's OpenAI stream sends zeros on every chunk before the real count.
        } else {
            now.ifPresent(this::hold);
        }
    }

    private void hold(Usage now) {
        usage = Optional.of(now);
        charactersCounted = characters;
        mostOutput = Math.max(mostOutput, now.output());
    }

    /** Notes the model that answered; "" where the provider does not say. */
    public void answeredBy(String model) {
        answeredBy = model.isEmpty() ? answeredBy : model;
    }

    /** Notes the provider's own name for the answer; the first one holds. */
    public void receipt(String name) {
        receipt = receipt.isEmpty() ? name : receipt;
    }

    /** Notes characters of text, thinking or tool arguments. */
    public void addCharacters(long more) {
        characters += more;
        spoken |= more > 0;
    }

    /** Notes that the model has said something, which may be a tool's name without a character of arguments. */
    public void markSpoken() {
        spoken = true;
    }

    /** See {@link Relay#contentSeen}. */
    public boolean content() {
        return content;
    }

    /** See {@link Relay#complete}. */
    public boolean complete() {
        return complete;
    }

    /** Whether there is a {@link #failure()}. */
    public boolean failed() {
        return failure.isPresent();
    }

    /** Whether nothing more can change: the answer is whole, or has failed. */
    public boolean over() {
        return complete || failed();
    }

    /** See {@link Relay#failure}. */
    public Optional<Failure.Upstream> failure() {
        return failure;
    }

    /** See {@link Relay#usage}. That nothing was used is believed of a whole answer in which nothing was said. */
    public Optional<Usage> usage() {
        return nothingUsed && usage.isEmpty() && !spoken && ended() ? Optional.of(Usage.of(0, 0)) : usage;
    }

    private boolean ended() {
        return complete
                || failure.filter(why -> why.kind() == Failure.Kind.EMPTY_ANSWER)
                        .isPresent();
    }

    /** Whether the answer is whole and says something, and its count says that nothing was used. */
    public boolean deniesUsage() {
        return nothingUsed && usage.isEmpty() && spoken && complete;
    }

    /** Whether the answer is not whole and its count not the last word: more came after it, or it takes an earlier one back. */
    public boolean isCountOutrun() {
        return !complete && usage.isPresent() && (characters > charactersCounted || takesBack());
    }

    /** Whether the count that holds has less output than an earlier one of the same answer. */
    public boolean takesBack() {
        return usage.filter(count -> count.output() < mostOutput).isPresent();
    }

    /** The most output that any count of the answer had; 0 where none had any. */
    public long mostOutput() {
        return mostOutput;
    }

    /** See {@link Relay#charactersSeen}. */
    public long characters() {
        return characters;
    }

    /** See {@link Relay#answeredBy}. */
    public String answeredBy() {
        return answeredBy;
    }

    /** See {@link Relay#receipt}. */
    public String receipt() {
        return receipt;
    }
}
