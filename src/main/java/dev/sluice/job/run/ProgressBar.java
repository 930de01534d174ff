package dev.sluice.job.run;

import dev.sluice.dialect.batch.BatchResult;
import dev.sluice.model.Money;
import dev.sluice.time.Ticker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Shows people how far a run is: one line drawn again and again on a terminal, else a line for each tenth. Thread-safe. */
public final class ProgressBar implements Progress {
    private static final int WIDTH = 24;
    private static final int STEPS = 10;
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    private final PrintStream out;
    private final boolean terminal;
    private final Ticker ticker;
    private String job = "";
    private int rows;
    private int shownSteps;
    private long began;
    private long drawn;
    private int width;

    public ProgressBar(PrintStream out, boolean terminal, Ticker ticker) {
        this.out = out;
        this.terminal = terminal;
        this.ticker = ticker;
    }

    @Override
    public synchronized void begun(String name, String run, int all, int done) {
        job = name;
        rows = all;
        began = ticker.nanos();
        drawn = began - REDRAW_NANOS;
        shownSteps = all == 0 ? 0 : (int) ((long) done * STEPS / all);
        out.println(
                name + ": run " + run + ", " + all + " rows" + (done > 0 ? ", " + done + " of them done before" : ""));
        if (terminal) {
            draw(line(done, 0, Money.ZERO));
        }
    }

    @Override
    public synchronized void row(BatchResult result, int done, int failed, Money spent) {
        if (result.failed()) {
            clear();
            out.println("  line " + result.line() + ": " + result.error().orElse(""));
        }
        long now = ticker.nanos();
        if (terminal) {
            if (now - drawn >= REDRAW_NANOS || done == rows || result.failed()) {
                drawn = now;
                draw(line(done, failed, spent));
            }
            return;
        }
        int steps = (int) ((long) done * STEPS / Math.max(1, rows));
        if (steps > shownSteps) {
            shownSteps = steps;
            out.println(line(done, failed, spent));
        }
    }

    private String line(int done, int failed, Money spent) {
        int filled = rows == 0 ? WIDTH : (int) ((long) done * WIDTH / rows);
        long seconds = Duration.ofNanos(ticker.nanos() - began).toSeconds();
        String bar = terminal ? " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]" : "";
        return String.format(
                Locale.ROOT,
                "%s%s %d/%d  $%s%s  %d:%02d",
                job,
                bar,
                done,
                rows,
                spent,
                failed > 0 ? "  " + failed + " failed" : "",
                seconds / 60,
                seconds % 60);
    }

    private void draw(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        out.flush();
        width = line.length();
    }

    private void clear() {
        if (terminal) {
            out.print("\r" + " ".repeat(width) + "\r");
            width = 0;
        }
    }

    @Override
    public synchronized void ended() {
        if (terminal) {
            out.println();
        }
    }
}
