package dev.sluice.store.keys;

import dev.sluice.account.ClientKey;
import dev.sluice.account.IssuedKey;
import dev.sluice.account.IssuedKey.Credential;
import dev.sluice.account.KeyRing;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A ring of keys as JSON. Whoever reads it gets all of it or a refusal. */
final class KeyText {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private KeyText() {}

    /** @param mark of the pepper that made the hashes */
    record Page(String mark, KeyRing ring) {}

    static byte[] write(Page page) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION).put("pepper", page.mark());
        ArrayNode keys = root.putArray("keys");
        page.ring().keys().forEach(issued -> write(keys.addObject(), issued));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    private static void write(ObjectNode json, IssuedKey issued) {
        ClientKey key = issued.key();
        json.put("id", key.id()).put("name", key.name());
        json.put("tenant", key.owner().tenant()).put("team", key.owner().team());
        json.put("user", key.owner().user()).put("tier", key.owner().tier());
        json.put("job", key.owner().job());
        ArrayNode models = json.putArray("models");
        key.rights().models().forEach(models::add);
        json.put("end_users", key.rights().endUsers()).put("admin", key.rights().admin());
        json.put("created", issued.created().toString());
        issued.expires().ifPresent(when -> json.put("expires", when.toString()));
        issued.revoked().ifPresent(when -> json.put("revoked", when.toString()));
        ArrayNode secrets = json.putArray("secrets");
        for (Credential credential : issued.credentials()) {
            ObjectNode secret = secrets.addObject().put("hash", credential.hash());
            credential.until().ifPresent(when -> secret.put("until", when.toString()));
        }
    }

    /** @throws IOException where it is anything but a whole ring, saying what is wrong */
    static Page read(byte[] text) throws IOException {
        try {
            JsonNode root = JSON.readTree(text);
            if (root.path("version").asInt(0) != VERSION) {
                throw new IOException("it is not a key store of version " + VERSION);
            }
            List<IssuedKey> keys = new ArrayList<>();
            for (JsonNode key : needed(root, "keys")) {
                keys.add(key(key));
            }
            return new Page(text(root, "pepper"), new KeyRing(keys));
        } catch (JacksonException | DateTimeException | IllegalArgumentException wrong) {
            throw new IOException(wrong.getMessage(), wrong);
        }
    }

    private static IssuedKey key(JsonNode json) throws IOException {
        ClientKey.Owner owner = new ClientKey.Owner(
                text(json, "tenant"), text(json, "team"), text(json, "user"), text(json, "tier"), text(json, "job"));
        List<String> models = new ArrayList<>();
        for (JsonNode model : needed(json, "models")) {
            models.add(model.stringValue());
        }
        ClientKey.Rights rights = new ClientKey.Rights(models, flag(json, "end_users"), flag(json, "admin"));
        List<Credential> credentials = new ArrayList<>();
        for (JsonNode secret : needed(json, "secrets")) {
            credentials.add(new Credential(hash(secret), when(secret, "until")));
        }
        return new IssuedKey(
                new ClientKey(text(json, "id"), text(json, "name"), owner, rights),
                Instant.parse(text(json, "created")),
                when(json, "expires"),
                when(json, "revoked"),
                credentials);
    }

    private static String hash(JsonNode secret) throws IOException {
        String hash = text(secret, "hash");
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IOException("a hash is not 64 characters of lower-case hex");
        }
        return hash;
    }

    private static JsonNode needed(JsonNode json, String name) throws IOException {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            throw new IOException("'" + name + "' is missing");
        }
        return value;
    }

    private static String text(JsonNode json, String name) throws IOException {
        return needed(json, name).stringValue();
    }

    private static boolean flag(JsonNode json, String name) throws IOException {
        return needed(json, name).booleanValue();
    }

    private static Optional<Instant> when(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() ? Optional.empty() : Optional.of(Instant.parse(value.stringValue()));
    }
}
