package dev.sluice.pipeline;

import dev.sluice.pipeline.client.Request;
import java.util.Optional;

/** What a client gets while nobody has an answer for it yet, so that it does not give up. Lives on its call's loop. */
final class SignsOfLife {
    private final Request request;
    private final Bridge bridge;
    private final Delivery delivery;
    private final PipelineConfig config;

    SignsOfLife(Request request, Bridge bridge, Delivery delivery, PipelineConfig config) {
        this.request = request;
        this.bridge = bridge;
        this.delivery = delivery;
        this.config = config;
    }

    /** @param last the attempt that began last, which may be over */
    void beat(long now, Optional<Attempt> last, Optional<Attempt> running) {
        if (last.isEmpty() || !delivery.wantsSign(now, config)) {
            return;
        }
        Voice voice = voice(last.get());
        // Who has begun to listen may still be replaced by the next one.
        delivery.open(voice.contentType(), Optional.empty());
        byte[] sign = voice.heartbeat().get();
        if (sign.length > 0 && !delivery.write(sign)) {
            running.ifPresent(Attempt::pause);
        }
    }

    /** In whose words the client of such an attempt is spoken to. */
    Voice voice(Attempt attempt) {
        Voice voice = attempt.relay().map(Voice::of).orElseGet(() -> Voice.of(bridge.spareWriter(attempt.clock())));
        return request.inbound().stream()
                ? voice
                : voice.before(failure -> request.front()
                        .refuse(failure, request.inbound().model(), request.id())
                        .body());
    }
}
