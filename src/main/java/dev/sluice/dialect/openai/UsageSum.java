package dev.sluice.dialect.openai;

import dev.sluice.dialect.Others;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.RawJson;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The counts of several answers added up, member by member, for what nothing here knows of them; what is no number is
 * taken from the first. Used by one thread.
 */
final class UsageSum {
    /** A number whose sum with another may be huge is left alone. */
    private static final int MOST_DIGITS = 100;

    private final Set<String> known;
    private final Map<String, Set<String>> knownDetails;
    private final SequencedMap<String, RawJson> others = new LinkedHashMap<>(0);
    private final Map<String, SequencedMap<String, RawJson>> details = new LinkedHashMap<>(0);

    private UsageSum(Set<String> known, Map<String, Set<String>> knownDetails) {
        this.known = known;
        this.knownDetails = knownDetails;
    }

    /** Beside what {@link Writing#usage} writes itself. */
    static UsageSum ofAnswers() {
        return new UsageSum(
                Set.of("prompt_tokens", "completion_tokens", "total_tokens"),
                Map.of(
                        "prompt_tokens_details", Set.of("cached_tokens", "cache_write_tokens"),
                        "completion_tokens_details", Set.of("reasoning_tokens")));
    }

    /** Beside what {@link EmbeddingsWriter} writes itself. */
    static UsageSum ofVectors() {
        return new UsageSum(Set.of("prompt_tokens", "total_tokens"), Map.of());
    }

    /** @param count the members of one answer's count */
    void add(Map<String, RawJson> count) {
        count.forEach((name, value) -> {
            if (knownDetails.containsKey(name)) {
                details(name, value);
            } else if (!known.contains(name)) {
                others.merge(name, value, UsageSum::sum);
            }
        });
    }

    private void details(String name, RawJson value) {
        if (isObject(value)) {
            SequencedMap<String, RawJson> sums = details.computeIfAbsent(name, _ -> new LinkedHashMap<>());
            members(value, knownDetails.getOrDefault(name, Set.of()))
                    .forEach((key, more) -> sums.merge(key, more, UsageSum::sum));
        }
    }

    private static boolean isObject(RawJson value) {
        return value.text().startsWith("{");
    }

    private static SequencedMap<String, RawJson> members(RawJson object, Set<String> without) {
        return Others.besides(Wire.bytes(object.text()), without);
    }

    private static RawJson sum(RawJson one, RawJson two) {
        if (isObject(one) && isObject(two)) {
            SequencedMap<String, RawJson> sums = members(one, Set.of());
            members(two, Set.of()).forEach((key, more) -> sums.merge(key, more, UsageSum::sum));
            return Writing.object(sums);
        }
        return isNumber(one) && isNumber(two)
                ? new RawJson(new BigDecimal(one.text())
                        .add(new BigDecimal(two.text()))
                        .toPlainString())
                : one;
    }

    private static boolean isNumber(RawJson value) {
        return value.text().length() <= MOST_DIGITS && value.text().matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d{1,2})?");
    }

    /** The members that nothing here knows of the details of this name. */
    Map<String, RawJson> details(String name) {
        return details.containsKey(name) ? details.get(name) : Map.of();
    }

    /** The members that nothing here knows of the count itself. */
    Map<String, RawJson> others() {
        return others;
    }
}
