package dev.sluice.ledger.budget;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a person would hear of. */
final class Told implements Watcher {
    private final List<String> lines = new ArrayList<>();

    List<String> lines() {
        return lines;
    }

    @Override
    public void marked(Balance balance, int mark) {
        lines.add(balance.limit().scope() + " " + mark);
    }

    @Override
    public void overrun(Balance balance, long by) {
        lines.add(balance.limit().scope() + " over by " + by);
    }
}
