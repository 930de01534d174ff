package dev.sluice.store.journal;

import java.util.List;

/**
 * Records that are durable.
 *
 * @param first the sequence of the first entry; the others follow without a gap
 */
record Batch(Segment segment, long first, List<Entry> entries) {
    long last() {
        return first + entries.size() - 1;
    }
}
