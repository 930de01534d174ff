package dev.sluice.ledger.budget;

/** Hears what somebody should look at. Called under a lock: it must return at once. */
public interface Watcher {

    /** Nobody listens. */
    Watcher NOBODY = new Watcher() {
        @Override
        public void marked(Balance standing, int mark) {
            // Nobody listens.
        }

        @Override
        public void overrun(Balance standing, long by) {
            // Nobody listens.
        }
    };

    /** So many hundredths of an amount are used; told once in each window, and again by a later life that remembers it. */
    void marked(Balance standing, int mark);

    /** Something took more than its upper bound was. */
    void overrun(Balance standing, long by);
}
