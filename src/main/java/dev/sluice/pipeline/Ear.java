package dev.sluice.pipeline;

import dev.sluice.provider.Upstream;

/** Passes on what comes back of a request to whoever listens now. Lives on one loop. */
final class Ear implements Upstream.Answer {
    private Upstream.Answer listener;

    Ear(Upstream.Answer listener) {
        this.listener = listener;
    }

    void listen(Upstream.Answer next) {
        listener = next;
    }

    @Override
    public void head(int status, Upstream.Header header) {
        listener.head(status, header);
    }

    @Override
    public void bytes(byte[] piece) {
        listener.bytes(piece);
    }

    @Override
    public void end() {
        listener.end();
    }

    @Override
    public void broken(Upstream.Break how) {
        listener.broken(how);
    }
}
