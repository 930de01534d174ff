package dev.sluice.http;

import dev.sluice.account.ClientKey;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An Ollama server's list of models without those that a key may not ask for. */
final class VisibleModels {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MODELS = "models";

    private VisibleModels() {}

    /** The list byte for byte where the key may ask for all models. */
    static byte[] of(byte[] list, ClientKey.Rights rights) {
        if (rights.models().isEmpty()) {
            return list;
        }
        ObjectNode visible = JSON.createObjectNode();
        ArrayNode models = visible.putArray(MODELS);
        for (JsonNode model : read(list).path(MODELS)) {
            if (rights.mayUse(model.path("name").asString(""))) {
                models.add(model);
            }
        }
        return JSON.writeValueAsBytes(visible);
    }

    /** What cannot be read cannot be looked through, so nothing of it is shown. */
    private static JsonNode read(byte[] list) {
        try {
            return JSON.readTree(list);
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }
}
