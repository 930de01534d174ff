package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.dialect.Front;
import dev.sluice.dialect.Inbound;
import dev.sluice.http.server.BodyBudget;
import dev.sluice.http.server.BodyReader;
import dev.sluice.http.server.ClientStream;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import dev.sluice.model.Caller;
import dev.sluice.model.Endpoint;
import dev.sluice.model.Failure;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Money;
import dev.sluice.pipeline.Gateway;
import dev.sluice.pipeline.Mishap;
import dev.sluice.pipeline.client.OwnHeaders;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.client.Request;
import dev.sluice.pipeline.client.RetryAfter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes on which a model is asked, in every dialect. */
final class ModelRoutes {
    private static final int LONGEST_MODEL = 256;
    private static final String BEARER = "bearer ";
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");

    private final Gateway gateway;
    private final Accounts accounts;
    private final WrongKeys wrongKeys;
    private final HttpConfig config;
    private final BodyBudget budget;

    ModelRoutes(Gateway gateway, Accounts accounts, WrongKeys wrongKeys, HttpConfig config, BodyBudget budget) {
        this.gateway = gateway;
        this.accounts = accounts;
        this.wrongKeys = wrongKeys;
        this.config = config;
        this.budget = budget;
    }

    void addTo(Router router) {
        for (Endpoint endpoint : Endpoint.values()) {
            router.on(HttpMethod.POST, endpoint.path(), visit -> serve(visit, endpoint));
        }
    }

    private void serve(Visit visit, Endpoint endpoint) {
        Front front = gateway.parts().dialects().front(endpoint.dialect());
        long arrived = gateway.parts().ticker().nanos();
        Optional<ClientKey> key = accounts.identify(presentedKey(visit));
        if (key.isEmpty()) {
            refuse(visit, front, wrongKeys.refusal(visit, "the API key is missing or not known here"));
            return;
        }
        BodyReader.Receiver receiver = new BodyReader.Receiver() {
            @Override
            public void body(byte[] body, long reserved) {
                call(visit, front, endpoint, key.get(), body, reserved, arrived);
            }

            @Override
            public void refused(Failure failure) {
                refuse(visit, front, failure);
            }
        };
        new BodyReader(visit, config, budget, arrived, receiver).start();
    }

    private void call(
            Visit visit, Front front, Endpoint endpoint, ClientKey key, byte[] body, long reserved, long arrived) {
        ClientStream client = new ClientStream(
                visit, gateway.parts().ticker(), config.stalledClient(), () -> budget.giveBack(reserved));
        try {
            Inbound inbound = front.read(endpoint, body);
            checkName(inbound.model());
            Caller caller = Callers.caller(visit, key, inbound.endUser());
            long deadline = arrived + timeout(visit).toNanos();
            Request request = new Request(
                    visit.id(),
                    inbound,
                    front,
                    caller,
                    maxCost(visit),
                    idempotencyKey(visit),
                    blankLines(visit),
                    gateway.parts().clock().instant(),
                    arrived,
                    deadline);
            Optional<Failure> forbidden = forbidden(key.rights(), inbound);
            if (forbidden.isPresent()) {
                gateway.refuse(request, client, forbidden.get());
                return;
            }
            gateway.accept(visit.lane(), request, client).ifPresent(client::watch);
        } catch (RuntimeException refusal) {
            budget.giveBack(reserved);
            refuse(visit, front, Mishap.of(refusal, visit.id()));
        }
    }

    private static Optional<Failure> forbidden(ClientKey.Rights rights, Inbound inbound) {
        if (!rights.mayUse(inbound.model())) {
            // The same answer as for a name that nobody serves: it must not tell which names there are.
            return Optional.of(new Failure.UnknownModel(inbound.model()));
        }
        return inbound.bulk()
                .choosing()
                .filter(_ -> !rights.models().isEmpty())
                .map(field -> new Failure.BadRequest(
                        403,
                        "this key may ask for some models only, so it may not send '" + field
                                + "', by which another one could answer",
                        field,
                        "field_not_allowed"));
    }

    /** It goes into logs, meters and the ledger. */
    private static void checkName(String model) {
        if (model.length() > LONGEST_MODEL) {
            throw new GatewayException(new Failure.BadRequest(
                    400, "the name of a model has at most " + LONGEST_MODEL + " characters", "model", ""));
        }
    }

    /** The key in any of the headers in which clients send one. */
    static Optional<String> presentedKey(Visit visit) {
        Optional<String> authorization = visit.header("authorization");
        if (authorization.isPresent() && authorization.get().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.map(value -> value.substring(BEARER.length()).trim());
        }
        return visit.header("x-api-key").or(() -> visit.header("api-key"));
    }

    private static Optional<String> idempotencyKey(Visit visit) {
        Optional<String> key = Optional.ofNullable(visit.request().getHeader(IDEMPOTENCY_KEY));
        if (key.isPresent() && !key.get().matches("[!-~]{1,255}")) {
            throw new GatewayException(new Failure.BadRequest(
                    400, "Idempotency-Key must be 1 to 255 visible ASCII characters", "Idempotency-Key", ""));
        }
        return key;
    }

    private static Optional<Money> maxCost(Visit visit) {
        return visit.header(OwnHeaders.MAX_COST)
                .map(text -> Money.parseLimit(text)
                        .filter(amount -> amount.compareTo(Money.ZERO) >= 0)
                        .orElseThrow(() -> new GatewayException(new Failure.BadRequest(
                                400,
                                OwnHeaders.MAX_COST + " must be an amount in US dollars, such as 0.05",
                                OwnHeaders.MAX_COST,
                                ""))));
    }

    private static boolean blankLines(Visit visit) {
        return visit.header(OwnHeaders.BLANK_LINES)
                .map(text -> {
                    if (!text.equals("never")) {
                        throw new GatewayException(new Failure.BadRequest(
                                400, OwnHeaders.BLANK_LINES + " can only be never", OwnHeaders.BLANK_LINES, ""));
                    }
                    return false;
                })
                .orElse(true);
    }

    private Duration timeout(Visit visit) {
        Duration longest = gateway.parts().config().deadline();
        Optional<String> header = visit.header(OwnHeaders.TIMEOUT);
        if (header.isEmpty()) {
            return longest;
        }
        try {
            double seconds = Double.parseDouble(header.get());
            if (seconds > 0 && seconds < 1e6) {
                Duration asked = Duration.ofNanos((long) (seconds * 1e9));
                return asked.compareTo(longest) < 0 ? asked : longest;
            }
        } catch (NumberFormatException _) {
            // Falls through to the refusal, which says what is expected.
        }
        throw new GatewayException(new Failure.BadRequest(
                400, OwnHeaders.TIMEOUT + " must be a number of seconds, such as 2.5", OwnHeaders.TIMEOUT, ""));
    }

    private static void refuse(Visit visit, Front front, Failure failure) {
        Front.WholeReply reply = front.refuse(failure, "", visit.id());
        List<Header> headers = new ArrayList<>(2);
        headers.add(new Header(OwnHeaders.COST, "0"));
        RetryAfter.header(failure).ifPresent(headers::add);
        visit.reply(reply.status(), reply.contentType(), headers, reply.body());
    }
}
