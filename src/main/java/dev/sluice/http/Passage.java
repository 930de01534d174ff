package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import dev.sluice.http.server.BodyBudget;
import dev.sluice.http.server.BodyReader;
import dev.sluice.http.server.ErrorForm;
import dev.sluice.http.server.HttpConfig;
import dev.sluice.http.server.Visit;
import dev.sluice.model.Failure;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Upstream;
import dev.sluice.time.Ticker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands requests that ask no model to the server behind, and its answers back, byte for byte. */
final class Passage {
    private static final Logger LOG = LoggerFactory.getLogger(Passage.class);
    private static final String UNREACHABLE = "the server behind the gateway cannot be reached";

    private final HttpConfig config;
    private final BodyBudget budget;
    private final Accounts accounts;
    private final WrongKeys wrongKeys;
    private final Ticker ticker;

    Passage(HttpConfig config, BodyBudget budget, Accounts accounts, WrongKeys wrongKeys, Ticker ticker) {
        this.config = config;
        this.budget = budget;
        this.accounts = accounts;
        this.wrongKeys = wrongKeys;
        this.ticker = ticker;
    }

    /** Collects the body of a caller with a key, then goes on. */
    void withBody(Visit visit, Consumer<byte[]> then) {
        if (mayCall(visit)) {
            collect(visit, then);
        }
    }

    /** Collects the body of a caller who has been let in already, then goes on. */
    void collect(Visit visit, Consumer<byte[]> then) {
        BodyReader.Receiver receiver = new BodyReader.Receiver() {
            @Override
            public void body(byte[] body, long reserved) {
                budget.giveBack(reserved);
                then.accept(body);
            }

            @Override
            public void refused(Failure failure) {
                int status = failure instanceof Failure.BadRequest wrong ? wrong.status() : 503;
                ErrorForm.reply(visit, status, failure.message());
            }
        };
        new BodyReader(visit, config, budget, ticker.nanos(), receiver).start();
    }

    /** The models that the caller's key lets it see and ask for; nothing is known of a caller without a key. */
    ClientKey.Rights rights(Visit visit) {
        return accounts.identify(ModelRoutes.presentedKey(visit))
                .map(ClientKey::rights)
                .orElse(ClientKey.Rights.PLAIN);
    }

    /** Answers 401 itself where the caller's key is not known. */
    boolean mayCall(Visit visit) {
        if (accounts.identify(ModelRoutes.presentedKey(visit)).isPresent()) {
            return true;
        }
        wrongKeys.refuse(visit, "the API key is missing or not known here");
        return false;
    }

    void fetch(Visit visit, Provider server, String method, String path, byte[] body, Consumer<Fetch.Fetched> then) {
        if (!mayCall(visit)) {
            return;
        }
        Fetch.ask(
                visit.lane(),
                ticker,
                server,
                method,
                path,
                body,
                answer -> guarded(
                        visit, () -> answer.ifPresentOrElse(then, () -> ErrorForm.reply(visit, 502, UNREACHABLE))));
    }

    /** Here a bug would be taken for one of the connection to the server, and the visit would wait for ever. */
    private static void guarded(Visit visit, Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException bug) {
            LOG.error("a bug answered {} with 500", visit.path(), bug);
            ErrorForm.reply(visit, 500, "the gateway made a mistake; its log tells more");
        }
    }

    /** Sends the visit on as it is and streams the answer back. */
    void forward(Visit visit, Provider server, byte[] body) {
        if (!mayCall(visit)) {
            return;
        }
        Outbound request = new Outbound(visit.path(), Slices.of(body), true, List.of());
        Through through = new Through(visit);
        through.flight = Optional.of(visit.lane()
                .upstream(server.config())
                .send(server.config(), visit.request().method().name(), request, visit.id(), through));
        visit.response().closeHandler(_ -> through.leave());
    }

    private static final class Through implements Upstream.Answer {
        private final Visit visit;
        private final HttpServerResponse response;
        private Optional<Upstream.Flight> flight = Optional.empty();

        private Through(Visit visit) {
            this.visit = visit;
            this.response = visit.response();
        }

        @Override
        public void head(int status, Upstream.Header header) {
            response.setStatusCode(status).putHeader("x-request-id", visit.id());
            header.get("content-type").ifPresent(type -> response.putHeader("content-type", type));
            Optional<String> length = header.get("content-length");
            if (length.isPresent()) {
                response.putHeader("content-length", length.get());
            } else {
                response.setChunked(true);
            }
            response.drainHandler(_ -> flight.ifPresent(Upstream.Flight::resume));
        }

        @Override
        public void bytes(byte[] piece) {
            response.write(Buffer.buffer(piece));
            if (response.writeQueueFull()) {
                flight.ifPresent(Upstream.Flight::pause);
            }
        }

        @Override
        public void end() {
            flight = Optional.empty();
            response.end();
        }

        @Override
        public void broken(Upstream.Break how) {
            flight = Optional.empty();
            if (response.headWritten()) {
                response.reset();
            } else {
                ErrorForm.reply(visit, 502, UNREACHABLE);
            }
        }

        private void leave() {
            flight.ifPresent(Upstream.Flight::reset);
        }
    }
}
