package dev.sluice.account;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A key that clients may use: whom its calls are booked on, and what they may ask for. What opens it (the key's hash)
 * and until when is kept beside it, never here.
 *
 * @param id unique for ever, such as {@code key_4f1c...}; for a key of the settings file its name
 * @param name how logs and reports call it; 1 to 64 characters
 */
public record ClientKey(String id, String name, Owner owner, Rights rights) {
    private static final Pattern NAME = Pattern.compile("[\\w.:@/ +-]{1,64}");
    private static final int MOST_MODELS = 100;
    private static final int LONGEST_MODEL = 200;

    public ClientKey {
        check("name", name);
    }

    /**
     * On whose account the key's calls are. Each is "" for none and has at most 64 characters.
     *
     * @param tenant the customer or organisation
     * @param team a part of the tenant
     * @param user the person; calls of a key with {@link Rights#endUsers} may name another
     * @param tier the name of the rules that hold for it
     * @param job booked where a call names no job
     */
    public record Owner(String tenant, String team, String user, String tier, String job) {
        public static final Owner NOBODY = new Owner("", "", "", "", "");

        public Owner {
            checkOptional("tenant", tenant);
            checkOptional("team", team);
            checkOptional("user", user);
            checkOptional("tier", tier);
            checkOptional("job", job);
        }
    }

    /**
     * What the key may do.
     *
     * @param models the models it may ask for, by the names that clients use, with {@code *} for any characters; empty
     *     for all
     * @param endUsers whether a call may name the end user it is made for
     * @param admin whether it may also look at and change the gateway
     */
    public record Rights(List<String> models, boolean endUsers, boolean admin) {
        public static final Rights PLAIN = new Rights(List.of(), false, false);

        public Rights {
            models = List.copyOf(models);
            if (models.size() > MOST_MODELS
                    || models.stream().anyMatch(model -> model.isBlank() || model.length() > LONGEST_MODEL)) {
                throw new IllegalArgumentException("models must be at most " + MOST_MODELS + " names of 1 to "
                        + LONGEST_MODEL + " characters, in which * stands for any characters");
            }
        }

        /** @param model as the client wrote it */
        public boolean mayUse(String model) {
            return models.isEmpty() || models.stream().anyMatch(pattern -> ModelPattern.matches(pattern, model));
        }
    }

    private static void check(String field, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    field + " must be 1 to 64 letters of ASCII, digits, blanks or any of _.:@/+-, not '" + value + "'");
        }
    }

    private static void checkOptional(String field, String value) {
        if (!value.isEmpty()) {
            check(field, value);
        }
    }
}
