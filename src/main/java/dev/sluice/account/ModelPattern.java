package dev.sluice.account;

import java.util.Locale;

/** A model's name in which {@code *} stands for any characters. Upper and lower case and {@code :latest} make no difference. */
final class ModelPattern {
    private static final String LATEST = ":latest";

    private ModelPattern() {}

    /** Goes back to the last star only, so its time is at most the product of both lengths. */
    static boolean matches(String pattern, String model) {
        String wanted = plain(pattern);
        String name = plain(model);
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (in < name.length()) {
            if (at < wanted.length() && wanted.charAt(at) == '*') {
                star = at++;
                resume = in;
            } else if (at < wanted.length() && wanted.charAt(at) == name.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++resume;
            } else {
                return false;
            }
        }
        return wanted.substring(at).chars().allMatch(rest -> rest == '*');
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(LATEST) ? lower.substring(0, lower.length() - LATEST.length()) : lower;
    }
}
