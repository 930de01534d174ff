package dev.sluice.dialect.ollama.request;

import java.util.Map;

/** What Go's decoder expects at one place of a request; the names are those that its errors print. */
public sealed interface GoType {

    /** Anything goes. */
    record Any() implements GoType {}

    enum Scalar implements GoType {
        STRING("string"),
        BOOL("bool"),
        INT("int"),
        INT32("int32");

        private final String goName;

        Scalar(String goName) {
            this.goName = goName;
        }

        String goName() {
            return goName;
        }
    }

    /** Bytes, written as base64 text. */
    record Bytes(String goName) implements GoType {}

    record Sequence(String goName, GoType element) implements GoType {}

    /** An object with known members; others are ignored. */
    record Struct(String goName, Map<String, GoType> members) implements GoType {
        /** The name without its package, as it stands before the path of a member. */
        public String bareName() {
            return goName.substring(goName.lastIndexOf('.') + 1);
        }
    }

    /** An object with members of any name. */
    record Keyed(String goName, GoType element) implements GoType {}

    /** A value with a decoder of its own: its first mistake ends everything, under the name of what surrounds it. */
    record Sealed(GoType inner) implements GoType {}

    /** An object read by another library, which has one message for everything that is no object. */
    record Ordered(GoType element) implements GoType {}

    /** Values whose rules no type can tell. */
    enum Special implements GoType {
        THINK,
        DURATION,
        STRING_OR_STRINGS
    }
}
