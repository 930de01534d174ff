package dev.sluice.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * A settings file in YAML, read into sections that know their lines. {@code ${NAME}} and {@code ${NAME:-default}} in a
 * value are filled in from the environment; a name that is not set and has no default is a mistake.
 */
public final class SettingsFile {
    private static final long LARGEST = 1 << 20;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private final String file;
    private final Function<String, Optional<String>> environment;

    private SettingsFile(String file, Function<String, Optional<String>> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** @throws SettingsException where the file cannot be read or is not YAML */
    public static Section read(Path path, Function<String, Optional<String>> environment) {
        try {
            if (Files.size(path) > LARGEST) {
                throw new SettingsException(path + ": a settings file of more than 1 MiB is not one");
            }
            return parse(path.toString(), Files.readString(path), environment);
        } catch (MalformedInputException _) {
            throw new SettingsException(path + ": is not UTF-8 text");
        } catch (NoSuchFileException _) {
            throw new SettingsException(path + ": there is no such file");
        } catch (AccessDeniedException _) {
            throw new SettingsException(path + ": may not be read: permission denied");
        } catch (IOException failed) {
            throw new SettingsException(path + ": cannot be read (" + failed.getMessage() + ")");
        }
    }

    /** @param file the name to be used in messages */
    public static Section parse(String file, String text, Function<String, Optional<String>> environment) {
        SettingsFile reader = new SettingsFile(file, environment);
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return new Section(file, "", new Node.Fields(Map.of(), 1));
            }
            Node root = reader.node(parser, "");
            if (parser.nextToken() != null) {
                throw new SettingsException(
                        file,
                        parser.currentTokenLocation().getLineNr(),
                        "",
                        "stands behind a '---', in a second document; settings are one document, so take the mark out");
            }
            return switch (root) {
                case Node.Fields fields -> new Section(file, "", fields);
                case Node.Empty _ -> new Section(file, "", new Node.Fields(Map.of(), 1));
                case Node.Text _, Node.Items _ ->
                    throw new SettingsException(file, root.line(), "", "settings are written as 'name: value'");
            };
        } catch (JacksonException broken) {
            int line = broken.getLocation() == null
                    ? 1
                    : Math.max(1, broken.getLocation().getLineNr());
            throw new SettingsException(file, line, "", "is not YAML: " + words(broken.getOriginalMessage()));
        }
    }

    /** What was being read and what was found instead; indented lines between show the file, which may hold keys. */
    private static String words(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }

    private Node node(JsonParser parser, String path) {
        int line = parser.currentTokenLocation().getLineNr();
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return fields(parser, path, line);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Node> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, path + "[" + items.size() + "]"));
            }
            return new Node.Items(items, line);
        }
        if (token == JsonToken.VALUE_NULL) {
            return new Node.Empty(line);
        }
        return new Node.Text(filledIn(parser.getString(), path, line), line);
    }

    private Node.Fields fields(JsonParser parser, String path, int line) {
        Map<String, Node> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            int nameLine = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            String below = path.isEmpty() ? name : path + "." + name;
            if (fields.put(name, node(parser, below)) != null) {
                throw new SettingsException(file, nameLine, below, "is written twice");
            }
        }
        return new Node.Fields(fields, line);
    }

    private String filledIn(String text, String path, int line) {
        Matcher variable = VARIABLE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (variable.find()) {
            String name = variable.group(1);
            String fallback = variable.group(2);
            String value = environment
                    .apply(name)
                    .or(() -> Optional.ofNullable(fallback))
                    .orElseThrow(() -> new SettingsException(
                            file,
                            line,
                            path,
                            "the environment variable " + name + " is not set; set it, or write ${" + name
                                    + ":-default}"));
            variable.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return variable.appendTail(filled).toString();
    }
}
