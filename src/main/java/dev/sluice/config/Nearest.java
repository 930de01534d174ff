package dev.sluice.config;

import java.util.Collection;

/** Finds the word that somebody probably meant. */
public final class Nearest {
    /** One slip in so many letters is a slip; more of them are another word. */
    private static final int LETTERS_A_SLIP = 3;

    private Nearest() {}

    /** The candidate with the fewest slips; "" where none is near enough for its length. */
    public static String to(String word, Collection<String> candidates) {
        String best = "";
        int fewest = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int most = Math.max(word.length(), candidate.length()) / LETTERS_A_SLIP;
            int least = Math.abs(word.length() - candidate.length());
            int slips = least > most ? least : slips(word, candidate);
            if (slips < fewest && slips <= most) {
                fewest = slips;
                best = candidate;
            }
        }
        return best;
    }

    /** The fewest letters to insert, delete or replace, or neighbours to exchange, none of them twice. */
    private static int slips(String from, String to) {
        int[][] slips = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                slips[i][j] = i == 0 || j == 0 ? i + j : fewest(slips, from, to, i, j);
            }
        }
        return slips[from.length()][to.length()];
    }

    private static int fewest(int[][] slips, String from, String to, int i, int j) {
        int replaced = slips[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int changed = Math.min(replaced, Math.min(slips[i][j - 1], slips[i - 1][j]) + 1);
        boolean exchanged =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return exchanged ? Math.min(changed, slips[i - 2][j - 2] + 1) : changed;
    }
}
