package dev.sluice.dialect.ollama.request;

import java.math.BigDecimal;

/** Numbers as Go's JSON writes them: the fewest digits that tell them apart, an exponent only when far from 1. */
public final class GoNumber {
    private static final double SMALLEST_PLAIN = 1e-6;
    private static final double LARGEST_PLAIN = 1e21;

    private GoNumber() {}

    /** As Go writes a number of 32 bits. */
    public static String of(float value) {
        return Float.isFinite(value) ? shortest(Float.toString(value), (float) SMALLEST_PLAIN, value) : "0";
    }

    /** As Go writes a number of 64 bits. */
    public static String of(double value) {
        return Double.isFinite(value) ? shortest(Double.toString(value), SMALLEST_PLAIN, value) : "0";
    }

    private static String shortest(String java, double smallestPlain, double value) {
        if (value == 0) {
            return java.startsWith("-") ? "-0" : "0";
        }
        if (java.indexOf('E') < 0) {
            return java.endsWith(".0") ? java.substring(0, java.length() - 2) : java;
        }
        BigDecimal exact = new BigDecimal(java).stripTrailingZeros();
        double size = Math.abs(value);
        return size >= smallestPlain && size < LARGEST_PLAIN ? exact.toPlainString() : withExponent(exact);
    }

    private static String withExponent(BigDecimal exact) {
        String digits = exact.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - exact.scale();
        String sign = exact.signum() < 0 ? "-" : "";
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "" : "+") + exponent;
    }
}
