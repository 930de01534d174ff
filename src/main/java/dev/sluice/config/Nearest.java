package dev.sluice.config;

import java.util.Collection;

/** Finds the word that somebody probably meant. */
public final class Nearest {
    private Nearest() {}

    /** The candidate with the fewest differing letters; "" where none is near. */
    public static String to(String word, Collection<String> candidates) {
        String best = "";
        int fewest = Math.max(2, word.length() / 2) + 1;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < fewest) {
                fewest = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's distance: the fewest letters to insert, delete or replace. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int i = 0; i <= to.length(); i++) {
            row[i] = i;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(row[j - 1], above) + 1);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
