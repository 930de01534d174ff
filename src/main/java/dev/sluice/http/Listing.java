package dev.sluice.http;

import dev.sluice.dialect.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Models as the two dialects list them. */
final class Listing {
    private Listing() {}

    /**
     * A model as clients see it.
     *
     * @param name with its tag
     * @param context its window in tokens; 0 where unknown
     * @param capabilities what it can do, in Ollama's words, as far as is known
     */
    record Model(String name, String provider, long context, List<String> capabilities) {
        Model {
            capabilities = List.copyOf(capabilities);
        }

        String withTag() {
            int slash = name.lastIndexOf('/');
            return name.indexOf(':', slash + 1) >= 0 ? name : name + ":latest";
        }
    }

    private static final long ASSUMED_CONTEXT = 32_768;

    /** The entries of {@code /api/tags}, without the brackets round them. */
    static String tagEntries(List<Model> models, Instant since) {
        StringBuilder entries = new StringBuilder();
        for (Model model : models) {
            byte[] entry = Json.object(json -> {
                json.writeStringProperty("name", model.withTag());
                json.writeStringProperty("model", model.withTag());
                json.writeStringProperty("modified_at", since.toString());
                json.writeNumberProperty("size", 0);
                json.writeStringProperty("digest", digest(model));
                details(json, model);
            });
            entries.append(entries.isEmpty() ? "" : ",").append(new String(entry, StandardCharsets.UTF_8));
        }
        return entries.toString();
    }

    private static void details(JsonGenerator json, Model model) {
        json.writeName("details").writeStartObject();
        json.writeStringProperty("parent_model", "");
        json.writeStringProperty("format", "remote");
        json.writeStringProperty("family", family(model));
        json.writeName("families").writeStartArray().writeString(family(model)).writeEndArray();
        json.writeStringProperty("parameter_size", "");
        json.writeStringProperty("quantization_level", "");
        json.writeEndObject();
    }

    private static String family(Model model) {
        return model.provider().isEmpty() ? "remote" : model.provider();
    }

    /** Something stable of the right shape: the model's bytes lie elsewhere. */
    private static String digest(Model model) {
        byte[] seed = (model.provider() + '/' + model.name()).getBytes(StandardCharsets.UTF_8);
        StringBuilder digest = new StringBuilder();
        for (int part = 0; part < 8; part++) {
            int hash = part;
            for (byte b : seed) {
                hash = hash * 31 + b;
            }
            digest.append(HexFormat.of().toHexDigits(hash * 0x9E3779B9));
        }
        return digest.toString();
    }

    static byte[] show(Model model, Instant since) {
        return Json.object(json -> {
            json.writeStringProperty("modelfile", "# served by a provider behind this gateway");
            json.writeStringProperty("parameters", "");
            json.writeStringProperty("template", "");
            details(json, model);
            json.writeName("model_info").writeStartObject();
            json.writeStringProperty("general.architecture", family(model));
            json.writeStringProperty("general.basename", model.name());
            json.writeNumberProperty(
                    family(model) + ".context_length", model.context() > 0 ? model.context() : ASSUMED_CONTEXT);
            json.writeNumberProperty(family(model) + ".embedding_length", 0);
            json.writeEndObject();
            json.writeName("tensors").writeStartArray().writeEndArray();
            json.writeName("capabilities").writeStartArray();
            model.capabilities().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("modified_at", since.toString());
        });
    }

    static byte[] running(List<Model> models, Instant expires) {
        return Json.object(json -> {
            json.writeName("models").writeStartArray();
            for (Model model : models) {
                json.writeStartObject();
                json.writeStringProperty("name", model.withTag());
                json.writeStringProperty("model", model.withTag());
                json.writeNumberProperty("size", 0);
                json.writeStringProperty("digest", digest(model));
                details(json, model);
                json.writeStringProperty("expires_at", expires.toString());
                json.writeNumberProperty("size_vram", 0);
                json.writeNumberProperty("context_length", model.context());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** @param context as vLLM tells it, in {@code max_model_len}; 0 where unknown */
    static void openAiModel(JsonGenerator json, String id, String owner, long created, long context) {
        json.writeStartObject();
        json.writeStringProperty("id", id);
        json.writeStringProperty("object", "model");
        json.writeNumberProperty("created", created);
        json.writeStringProperty("owned_by", owner);
        if (context > 0) {
            json.writeNumberProperty("max_model_len", context);
        }
        json.writeEndObject();
    }
}
