package dev.sluice.provider;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Takes answers apart, within bounds. What it cannot know from an answer alone is whether a HEAD asked for it. */
final class AnswerDecoder extends HttpResponseDecoder {
    private boolean bodiless;

    AnswerDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(8 * 1024)
                .setMaxHeaderSize(32 * 1024)
                .setMaxChunkSize(64 * 1024));
    }

    /** @param method of the request that has just been sent */
    void expect(String method) {
        bodiless = method.equals("HEAD");
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage answer) {
        return bodiless || super.isContentAlwaysEmpty(answer);
    }
}
