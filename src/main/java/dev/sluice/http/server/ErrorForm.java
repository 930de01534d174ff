package dev.sluice.http.server;

import dev.sluice.dialect.Front.WholeReply;
import dev.sluice.dialect.Json;
import dev.sluice.dialect.openai.OpenAiFront;
import dev.sluice.model.Failure;

/** How a refusal looks on a route that asks no model: an error object below {@code /v1}, a line of text elsewhere. */
public final class ErrorForm {
    private static final String V1 = "/v1/";

    private ErrorForm() {}

    static boolean isOpenAis(Visit visit) {
        return visit.path().startsWith(V1);
    }

    /** @param status what it is on a route that is not OpenAI's */
    public static WholeReply of(Visit visit, int status, Failure failure) {
        return isOpenAis(visit)
                ? new OpenAiFront().refuse(failure, "", visit.id())
                : new WholeReply(
                        status, Visit.JSON, Json.object(json -> json.writeStringProperty("error", failure.message())));
    }

    /** Refuses with this status and these words. */
    public static void reply(Visit visit, int status, String words) {
        WholeReply reply = of(visit, status, new Failure.BadRequest(status, words, "", ""));
        visit.reply(reply.status(), reply.contentType(), reply.body());
    }
}
