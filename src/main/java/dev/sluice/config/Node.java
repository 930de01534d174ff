package dev.sluice.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of settings as written, with its line. */
sealed interface Node {
    int line();

    record Text(String value, int line) implements Node {}

    record Items(List<Node> items, int line) implements Node {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Fields(Map<String, Node> fields, int line) implements Node {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** A key without a value: the same as if it were not there. */
    record Empty(int line) implements Node {}
}
