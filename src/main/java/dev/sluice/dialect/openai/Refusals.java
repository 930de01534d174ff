package dev.sluice.dialect.openai;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.wire.Wire;
import dev.sluice.model.Failure;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** How a failure looks to an OpenAI client: a status and an error object with all four keys. */
final class Refusals {
    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";
    private static final String RATE = "rate_limit_error";
    private static final byte[] ERROR_EVENT = Wire.bytes("event: error\n");

    /**
     * What the client sees.
     *
     * @param param "" where none
     * @param code "" where none
     */
    private record Look(int status, String message, String type, String param, String code) {
        Look(int status, String message, String type) {
            this(status, message, type, "", "");
        }

        void write(JsonGenerator json) {
            json.writeStartObject();
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("message", message);
            json.writeStringProperty("type", type);
            orNull(json, "param", param);
            orNull(json, "code", code);
            json.writeEndObject();
            json.writeEndObject();
        }

        private static void orNull(JsonGenerator json, String name, String value) {
            json.writeName(name);
            if (value.isEmpty()) {
                json.writeNull();
            } else {
                json.writeString(value);
            }
        }
    }

    private Refusals() {}

    /** The whole reply to a call that failed before anything was sent. */
    static WholeReply refuse(Failure failure, String askedModel) {
        Look look = look(failure, askedModel);
        return new WholeReply(look.status, Wire.JSON, Json.bytes(look::write));
    }

    /**
     * The end of a stream that failed. The event's name is for clients that look at nothing else. No end mark follows: it
     * would be the clean end of an answer that is not whole, and whoever waits for one sees the body end.
     */
    static byte[] breakOff(Failure failure, String askedModel) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(ERROR_EVENT);
        Wire.frame(out, look(failure, askedModel)::write);
        return out.toByteArray();
    }

    private static Look look(Failure failure, String model) {
        return switch (failure) {
            case Failure.BadRequest(int status, String message, String param, String code) ->
                new Look(status, message, type(status, code), param, code);
            case Failure.Unauthorized(String message) -> new Look(401, message, INVALID, "", "invalid_api_key");
            case Failure.UnknownModel(String name) -> unknown(name);
            case Failure.Throttled throttled -> new Look(429, throttled.message(), RATE, "", "rate_limit_exceeded");
            case Failure.OverBudget over -> new Look(429, over.message(), "insufficient_quota", "", "budget_exceeded");
            case Failure.StillRunning running ->
                new Look(409, running.message(), INVALID, "", "idempotency_key_in_use");
            case Failure.Busy busy -> new Look(503, busy.message(), SERVER);
            case Failure.ChainFailed(String message, Optional<Failure.Upstream> last) ->
                last.map(upstream -> upstream(upstream, message, model)).orElse(new Look(503, message, SERVER));
            case Failure.DeadlineExceeded(String message) -> new Look(504, message, SERVER);
            case Failure.ClientGone gone -> new Look(499, gone.message(), INVALID);
            case Failure.LedgerUnavailable(String message) -> new Look(503, message, SERVER);
            case Failure.SharedStoreUnavailable(String message) ->
                new Look(503, message, SERVER, "", "shared_budgets_unavailable");
            case Failure.Upstream upstream -> upstream(upstream, upstream.message(), model);
        };
    }

    private static String type(int status, String code) {
        if (code.equals("insufficient_quota")) {
            return code;
        }
        if (status == 429) {
            return RATE;
        }
        return status == 403 ? "permission_error" : status >= 500 ? SERVER : INVALID;
    }

    private static Look unknown(String model) {
        return new Look(
                404,
                "The model `" + model + "` does not exist or you do not have access to it.",
                INVALID,
                "",
                "model_not_found");
    }

    private static Look upstream(Failure.Upstream upstream, String message, String model) {
        return switch (upstream.kind()) {
            case RATE_LIMITED -> new Look(429, message, RATE, "", "rate_limit_exceeded");
            // Whose key or money is at an end is the operator's business, not the client's.
            case KEY_REFUSED, CREDIT_EXHAUSTED, QUOTA_SPENT ->
                new Look(503, "No provider can serve '" + model + "' at the moment.", SERVER);
            case CONNECT, STALE_CONNECTION, NO_CONNECTION_FREE, OVERLOADED -> new Look(503, message, SERVER);
            case FIRST_TOKEN_TIMEOUT, IDLE_TIMEOUT -> new Look(504, message, SERVER);
            case SERVER_ERROR, SCHEMA_MISSED, EMPTY_ANSWER, CUT, NONSENSE -> new Look(502, message, SERVER);
            case MODEL_MISSING -> unknown(model);
            case CONTEXT_TOO_LONG -> new Look(400, upstream.message(), INVALID, "messages", "context_length_exceeded");
            case CONTENT_FILTERED -> new Look(400, upstream.message(), INVALID, "", "content_filter");
            case ABILITY_MISSING, IMAGES_REFUSED, SEVERAL_REFUSED -> refused(upstream, 400);
            case REQUEST_REFUSED -> refused(upstream, clientStatus(upstream.status()));
        };
    }

    private static int clientStatus(int status) {
        return status >= 400 && status < 500 ? status : 400;
    }

    private static Look refused(Failure.Upstream upstream, int status) {
        return new Look(status, upstream.message(), INVALID, upstream.param(), upstream.code());
    }
}
