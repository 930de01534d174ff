package dev.sluice.pipeline;

import dev.sluice.provider.Upstream;

/** Passes on what comes back of a request to whoever listens now; a bug of theirs ends the call. Lives on one loop. */
final class Ear implements Upstream.Answer {
    private final Exchange call;
    private Upstream.Answer listener;

    Ear(Exchange call, Upstream.Answer listener) {
        this.call = call;
        this.listener = listener;
    }

    void listen(Upstream.Answer next) {
        listener = next;
    }

    @Override
    public void head(int status, Upstream.Header header) {
        Mishap.guard(call, () -> listener.head(status, header));
    }

    @Override
    public void bytes(byte[] piece) {
        Mishap.guard(call, () -> listener.bytes(piece));
    }

    @Override
    public void end() {
        Mishap.guard(call, () -> listener.end());
    }

    @Override
    public void broken(Upstream.Break how) {
        Mishap.guard(call, () -> listener.broken(how));
    }
}
