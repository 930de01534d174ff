package dev.sluice.http;

import dev.sluice.account.Accounts;
import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.KeyStore;
import dev.sluice.account.UnknownKeyException;
import dev.sluice.dialect.Json;
import dev.sluice.http.server.Router;
import dev.sluice.http.server.Visit;
import dev.sluice.pipeline.client.ReplyHead.Header;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Keys over HTTP, for administrators. What touches the disk does so on a thread of its own, never on the loop. */
final class KeyRoutes {
    private static final Logger AUDIT = LoggerFactory.getLogger("dev.sluice.audit");
    private static final String KEYS = "/admin/keys";
    private static final String ROTATE = "/rotate";
    private static final String BROKEN = "the key store cannot be read or written; the gateway's log says why";
    private static final List<Header> NO_STORE = List.of(new Header("cache-control", "no-store"));

    private final Accounts accounts;
    private final KeyStore keys;
    private final Administrators administrators;
    private final Supplier<Set<String>> tiers;
    private final InstantSource clock;

    /** @param tiers those that are set up, which may change */
    KeyRoutes(
            Accounts accounts,
            KeyStore keys,
            Administrators administrators,
            Supplier<Set<String>> tiers,
            InstantSource clock) {
        this.accounts = accounts;
        this.keys = keys;
        this.administrators = administrators;
        this.tiers = tiers;
        this.clock = clock;
    }

    void addTo(Router router) {
        router.on(HttpMethod.GET, KEYS, visit -> administrators.only(visit, admin -> apart(visit, this::list)));
        router.on(
                HttpMethod.POST,
                KEYS,
                visit -> administrators.withBody(visit, (admin, body) -> create(visit, admin, body)));
        router.below(
                HttpMethod.POST,
                KEYS + "/",
                visit -> administrators.withBody(visit, (admin, body) -> rotate(visit, admin, body)));
        router.below(
                HttpMethod.DELETE,
                KEYS + "/",
                visit -> administrators.only(visit, admin -> apart(visit, () -> revoke(visit, admin))));
    }

    private record Answer(int status, byte[] body) {
        static Answer wrong(int status, String words) {
            return new Answer(status, Json.object(json -> json.writeStringProperty("error", words)));
        }
    }

    /** Something that waits for the disk. */
    private interface Work {
        Answer done() throws IOException;
    }

    private static void apart(Visit visit, Work work) {
        Thread.ofVirtual().name("admin-keys").start(() -> {
            Answer answer = answer(work);
            visit.lane().loop().execute(() -> visit.reply(answer.status(), Visit.JSON, NO_STORE, answer.body()));
        });
    }

    private static Answer answer(Work work) {
        try {
            return work.done();
        } catch (UnknownKeyException unknown) {
            return Answer.wrong(404, String.valueOf(unknown.getMessage()));
        } catch (IllegalArgumentException wrong) {
            return Answer.wrong(400, String.valueOf(wrong.getMessage()));
        } catch (IOException failed) {
            AUDIT.error("the key store failed: {}", failed.getMessage());
            return Answer.wrong(500, BROKEN);
        } catch (RuntimeException bug) { // Nobody else is left on this thread to answer the visit.
            AUDIT.error("the key store failed", bug);
            return Answer.wrong(500, BROKEN);
        }
    }

    private Answer list() throws IOException {
        Instant now = clock.instant();
        List<IssuedKey> all = keys.keys().keys();
        return new Answer(200, Json.object(json -> {
            json.writeName("keys").writeStartArray();
            for (IssuedKey issued : all) {
                json.writeStartObject();
                write(json, issued, now);
                json.writeEndObject();
            }
            json.writeEndArray();
        }));
    }

    private void create(Visit visit, ClientKey admin, byte[] body) {
        if (accounts.isOpen()) {
            reply(visit, Answer.wrong(403, "the first key is made on the machine itself: sluice key create --admin"));
            return;
        }
        apart(visit, () -> {
            KeyStore.Made made = keys.create(order(visit, admin, body));
            AUDIT.info(
                    "{} made key {} ({})",
                    admin.name(),
                    made.issued().key().id(),
                    made.issued().key().name());
            return shown(201, made);
        });
    }

    private KeyStore.Order order(Visit visit, ClientKey admin, byte[] body) {
        try {
            return KeyOrders.create(body, tiers.get());
        } catch (IllegalArgumentException wrong) {
            AUDIT.warn("{} was refused a key in request {}: {}", admin.name(), visit.id(), wrong.getMessage());
            throw wrong;
        }
    }

    private void rotate(Visit visit, ClientKey admin, byte[] body) {
        if (!visit.rest().endsWith(ROTATE)) {
            reply(visit, Answer.wrong(404, "there is no such route; rotate a key with POST /admin/keys/ID/rotate"));
            return;
        }
        String id = visit.rest().substring(0, visit.rest().length() - ROTATE.length());
        apart(visit, () -> {
            Duration overlap = KeyOrders.overlap(body);
            KeyStore.Made made = keys.rotate(id, overlap);
            AUDIT.info("{} rotated key {}, overlap {} s", admin.name(), id, overlap.toSeconds());
            return shown(200, made);
        });
    }

    private Answer revoke(Visit visit, ClientKey admin) throws IOException {
        IssuedKey over = keys.revoke(visit.rest());
        AUDIT.info(
                "{} revoked key {} ({})",
                admin.name(),
                over.key().id(),
                over.key().name());
        Instant now = clock.instant();
        return new Answer(200, Json.object(json -> write(json, over, now)));
    }

    private static void reply(Visit visit, Answer answer) {
        visit.reply(answer.status(), Visit.JSON, NO_STORE, answer.body());
    }

    private Answer shown(int status, KeyStore.Made made) {
        Instant now = clock.instant();
        return new Answer(status, Json.object(json -> {
            write(json, made.issued(), now);
            json.writeStringProperty("key", made.secret().reveal());
        }));
    }

    private static void write(JsonGenerator json, IssuedKey issued, Instant now) {
        ClientKey key = issued.key();
        json.writeStringProperty("id", key.id());
        json.writeStringProperty("name", key.name());
        json.writeStringProperty("tenant", key.owner().tenant());
        json.writeStringProperty("team", key.owner().team());
        json.writeStringProperty("user", key.owner().user());
        json.writeStringProperty("tier", key.owner().tier());
        json.writeStringProperty("job", key.owner().job());
        json.writeName("models").writeStartArray();
        key.rights().models().forEach(json::writeString);
        json.writeEndArray();
        json.writeBooleanProperty("end_users", key.rights().endUsers());
        json.writeBooleanProperty("admin", key.rights().admin());
        json.writeBooleanProperty("live", issued.isLive(now));
        json.writeStringProperty("created", issued.created().toString());
        write(json, "expires", issued.expires());
        write(json, "revoked", issued.revoked());
    }

    private static void write(JsonGenerator json, String name, Optional<Instant> when) {
        json.writeName(name);
        when.ifPresentOrElse(moment -> json.writeString(moment.toString()), json::writeNull);
    }
}
