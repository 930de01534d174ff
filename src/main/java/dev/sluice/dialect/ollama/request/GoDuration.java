package dev.sluice.dialect.ollama.request;

import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import java.util.Map;

/** Lengths of time as Go writes them ({@code 1h30m}, {@code -1.5s}), read and refused as Go does. */
final class GoDuration {
    private static final Map<String, Double> UNITS = Map.of(
            "ns", 1.0,
            "us", 1e3,
            "µs", 1e3,
            "μs", 1e3,
            "ms", 1e6,
            "s", 1e9,
            "m", 60e9,
            "h", 3600e9);

    private final String text;
    private int at;

    private GoDuration(String text) {
        this.text = text;
    }

    /** @throws GatewayException with Go's words, status 400 */
    static long nanos(String text) {
        return new GoDuration(text).read();
    }

    private long read() {
        boolean negative = text.startsWith("-");
        if (negative || text.startsWith("+")) {
            at++;
        }
        String rest = text.substring(at);
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty()) {
            throw wrong("invalid duration ");
        }
        double sum = 0;
        while (at < text.length()) {
            sum += part();
            if (sum > Long.MAX_VALUE) {
                throw wrong("invalid duration ");
            }
        }
        return (long) (negative ? -sum : sum);
    }

    private double part() {
        int from = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        int digits = at - from;
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
                digits++;
            }
        }
        if (digits == 0) {
            throw wrong("invalid duration ");
        }
        return Double.parseDouble(text.substring(from, at)) * unit();
    }

    private double unit() {
        int from = at;
        while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
            at++;
        }
        String name = text.substring(from, at);
        if (name.isEmpty()) {
            throw wrong("missing unit in duration ");
        }
        Double nanos = UNITS.get(name);
        if (nanos == null) {
            throw wrong("unknown unit " + GoQuote.ascii(name) + " in duration ");
        }
        return nanos;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private GatewayException wrong(String what) {
        return new GatewayException(new Failure.BadRequest("time: " + what + GoQuote.ascii(text)));
    }
}
