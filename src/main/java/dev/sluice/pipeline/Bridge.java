package dev.sluice.pipeline;

import dev.sluice.dialect.AnswerClock;
import dev.sluice.dialect.AnswerReader;
import dev.sluice.dialect.AnswerWriter;
import dev.sluice.dialect.Back;
import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Receipt;
import dev.sluice.dialect.Relay;
import dev.sluice.dialect.SchemaRelay;
import dev.sluice.dialect.Target;
import dev.sluice.dialect.TranslatingRelay;
import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.Dialect;
import dev.sluice.model.Failure;
import dev.sluice.model.Usage;
import dev.sluice.pipeline.client.Request;
import dev.sluice.provider.Upstream;
import java.util.Optional;
import java.util.function.Function;

/** Between the client's dialect and a provider's: bytes go through where they are the same, and are translated where not. */
final class Bridge {
    private final Dialects dialects;
    private final Request request;
    private final Optional<Function<AnswerClock, AnswerWriter>> joined;
    private Optional<Front.Asked> asked = Optional.empty();
    private Optional<SchemaRelay> judged = Optional.empty();
    private Optional<ChatRequest> repair = Optional.empty();

    Bridge(Dialects dialects, Request request) {
        this(dialects, request, Optional.empty());
    }

    /** @param joined makes the writers where the answer is only a part of what the client gets */
    Bridge(Dialects dialects, Request request, Optional<Function<AnswerClock, AnswerWriter>> joined) {
        this.dialects = dialects;
        this.request = request;
        this.joined = joined;
    }

    /** @throws dev.sluice.model.GatewayException where this provider cannot be told what the client asks */
    Outbound outbound(Target target) {
        Back back = dialects.back(target.dialect());
        if (repair.isPresent() && !target.profile().schemas()) {
            return back.write(new Front.Asked.Chat(repair.get()), target);
        }
        if (joined.isPresent() || schemaToldInPrompt(target).isPresent()) {
            asked(); // The answer will be read by it: what cannot be understood is refused before anybody is paid.
        }
        return sameDialect(target) ? back.splice(request.inbound(), target) : back.write(asked(), target);
    }

    /** @param blind whether the model is known to see no pictures */
    Outbound outbound(Target target, boolean blind) {
        return blind && picturesMayGo(target) ? withoutPictures(target) : outbound(target);
    }

    /** Whether the failure can be mended by asking the model once more, and what for; only the first one is. */
    boolean repairs(Failure.Upstream failure) {
        if (failure.kind() != Failure.Kind.SCHEMA_MISSED || repair.isPresent()) {
            return false;
        }
        repair = judged.flatMap(relay -> chat().flatMap(relay::repair));
        return repair.isPresent();
    }

    /** The same without pictures, for a provider of another dialect. */
    private Outbound withoutPictures(Target target) {
        return Pictures.named(dialects.back(target.dialect()).write(Pictures.without(asked()), target));
    }

    /** Whether the answer is only a part of what the client gets. */
    boolean isPart() {
        return joined.isPresent();
    }

    /** Whether pictures may be left out: a real Ollama does so by itself, an OpenAI client wants to be told. */
    private boolean picturesMayGo(Target target) {
        return request.inbound().needs().images()
                && request.inbound().endpoint().dialect() == Dialect.OLLAMA
                && !sameDialect(target);
    }

    /**
     * Whether a provider that refused the call's pictures is asked without them, as nobody is left who might see them.
     * Being remembered for it, so are all that follow.
     */
    boolean goesOnBlind(Failure.Upstream failure, Target target, Optional<Outbound> sent) {
        return failure.kind() == Failure.Kind.IMAGES_REFUSED
                && picturesMayGo(target)
                && sent.filter(Pictures::droppedFrom).isEmpty();
    }

    Relay relay(Target target, Receipt receipt, AnswerClock clock) {
        Back back = dialects.back(target.dialect());
        Relay relay = sameDialect(target) && joined.isEmpty()
                ? back.passThrough(request.inbound(), target, receipt)
                : new TranslatingRelay(reader(back, target), writer(receipt, clock));
        judged = schemaToldInPrompt(target)
                .map(schema -> new SchemaRelay(relay, back.reader(asked(), target), schema.schema()));
        return judged.<Relay>map(Function.identity()).orElse(relay);
    }

    private AnswerReader reader(Back back, Target target) {
        return sameDialect(target) ? back.readerOfAll(asked(), target) : back.reader(asked(), target);
    }

    /** The schema that nobody but us holds the answer to. A stream is sent on as it comes and cannot be held to any. */
    private Optional<AnswerFormat.Schema> schemaToldInPrompt(Target target) {
        Inbound inbound = request.inbound();
        boolean judgeable = inbound.needs().schema() && !inbound.stream() && inbound.choices() == 1 && joined.isEmpty();
        return judgeable && !target.profile().schemas()
                ? chat().map(ChatRequest::format)
                        .filter(AnswerFormat.Schema.class::isInstance)
                        .map(AnswerFormat.Schema.class::cast)
                : Optional.empty();
    }

    private Optional<ChatRequest> chat() {
        return asked() instanceof Front.Asked.Chat(ChatRequest chat) ? Optional.of(chat) : Optional.empty();
    }

    Failure.Upstream refusal(Target target, int status, Upstream.Header header, byte[] body) {
        return dialects.back(target.dialect()).refusal(status, header::get, body);
    }

    /** See {@link Back#usageOfRefusal}. */
    Optional<Usage> usageOfRefusal(Target target, byte[] body) {
        return dialects.back(target.dialect()).usageOfRefusal(body);
    }

    /** Writes in the client's dialect where no provider has answered yet. */
    AnswerWriter spareWriter(AnswerClock clock) {
        return writer(Receipt.NONE, clock);
    }

    private AnswerWriter writer(Receipt receipt, AnswerClock clock) {
        return joined.map(writers -> writers.apply(clock))
                .orElseGet(() -> request.front().writer(request.inbound(), receipt, clock));
    }

    private boolean sameDialect(Target target) {
        return target.dialect() == request.inbound().endpoint().dialect();
    }

    private Front.Asked asked() {
        if (asked.isEmpty()) {
            asked = Optional.of(request.front().understand(request.inbound()));
        }
        return asked.get();
    }
}
