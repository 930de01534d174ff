package dev.sluice.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the settings. It remembers which of its keys were asked for; {@link #close} refuses the others by name, so
 * that a misspelt key is never silently ignored.
 */
public final class Section {
    private static final Duration LONGEST = Duration.ofSeconds(1_000_000_000);
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB|)");

    private final String file;
    private final String path;
    private final Node.Fields node;
    private final Set<String> known = new HashSet<>();
    private final List<Section> below = new ArrayList<>();

    Section(String file, String path, Node.Fields node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** A section without any key. */
    public static Section empty() {
        return new Section("", "", new Node.Fields(Map.of(), 1));
    }

    /** The keys as written, for sections whose keys are names of the user's own. */
    public List<String> names() {
        return List.copyOf(node.fields().keySet());
    }

    /** The keys written in a section below, which this does not read: somebody else still has to. */
    public List<String> namesBelow(String name) {
        return find(name).filter(Node.Fields.class::isInstance).map(Node.Fields.class::cast).stream()
                .flatMap(found -> found.fields().keySet().stream())
                .toList();
    }

    /** Whether the key has a value; a key with nothing behind it has none. From then on it counts as known. */
    public boolean has(String name) {
        return find(name).isPresent();
    }

    private Optional<Node> find(String name) {
        known.add(name);
        return Optional.ofNullable(node.fields().get(name)).filter(found -> !(found instanceof Node.Empty));
    }

    /**
     * A single value as it is written; empty where there is none.
     *
     * @throws SettingsException where it is a list or a section, as for all readers of single values here
     */
    public Optional<String> text(String name) {
        return find(name).map(found -> switch (found) {
            case Node.Text text -> text.value();
            case Node.Items _, Node.Fields _, Node.Empty _ -> throw wrong(name, "must be a single value");
        });
    }

    /** @throws SettingsException where it is no whole number of 32 bits; smaller bounds are for the caller to check */
    public int integer(String name, int fallback) {
        return text(name)
                .map(text -> parsed(name, text, "a whole number", Integer::parseInt))
                .orElse(fallback);
    }

    /** @throws SettingsException where it is no whole number of 64 bits */
    public Optional<Long> number(String name) {
        return text(name).map(text -> parsed(name, text, "a whole number", Long::parseLong));
    }

    /** @throws SettingsException where it is none of true, yes, on, false, no and off, in any case of letters */
    public boolean flag(String name, boolean fallback) {
        return text(name)
                .map(text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "on" -> true;
                    case "false", "no", "off" -> false;
                    default -> throw wrong(name, "must be true or false, not '" + text + "'");
                })
                .orElse(fallback);
    }

    /** A duration such as {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h} or {@code 7d}. */
    public Duration duration(String name, Duration fallback) {
        return text(name).map(text -> duration(name, text)).orElse(fallback);
    }

    private Duration duration(String name, String text) {
        Duration duration = Durations.parse(text)
                .orElseThrow(
                        () -> wrong(name, "must be a duration such as 500ms, 5s, 2m, 1h or 7d, not '" + text + "'"));
        if (duration.compareTo(LONGEST) > 0) {
            throw wrong(name, "is too long");
        }
        return duration;
    }

    /** A size in bytes such as {@code 65536}, {@code 64KiB} or {@code 32MiB}. */
    public long size(String name, long fallback) {
        return text(name).map(text -> size(name, text)).orElse(fallback);
    }

    private long size(String name, String text) {
        Matcher matcher = SIZE.matcher(text.trim());
        if (!matcher.matches() || matcher.group(1).length() > 12) {
            throw wrong(name, "must be a size such as 65536, 64KiB or 32MiB, not '" + text + "'");
        }
        int shift = switch (matcher.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    /** A list of single values; one value alone counts as a list of one. */
    public List<String> texts(String name) {
        return find(name)
                .map(found -> switch (found) {
                    case Node.Text text -> List.of(text.value());
                    case Node.Items items ->
                        items.items().stream()
                                .map(item -> {
                                    if (item instanceof Node.Text(String value, int _)) {
                                        return value;
                                    }
                                    throw new SettingsException(
                                            file, item.line(), path(name), "must be a list of single values");
                                })
                                .toList();
                    case Node.Fields _, Node.Empty _ -> throw wrong(name, "must be a list");
                })
                .orElse(List.of());
    }

    /** A section below; without any key where it is not written. */
    public Section section(String name) {
        Section child = find(name)
                .map(found -> {
                    if (found instanceof Node.Fields fields) {
                        return new Section(file, path(name), fields);
                    }
                    throw wrong(name, "must be a section with keys of its own");
                })
                .orElseGet(() -> new Section(file, path(name), new Node.Fields(Map.of(), node.line())));
        below.add(child);
        return child;
    }

    /** Sections of a list. */
    public List<Section> sections(String name) {
        List<Section> sections = new ArrayList<>();
        find(name).ifPresent(found -> {
            if (!(found instanceof Node.Items items)) {
                throw wrong(name, "must be a list, each entry beginning with '- '");
            }
            for (Node item : items.items()) {
                if (!(item instanceof Node.Fields fields)) {
                    throw new SettingsException(file, item.line(), path(name), "each entry must have keys of its own");
                }
                sections.add(new Section(file, path(name) + "[" + sections.size() + "]", fields));
            }
        });
        below.addAll(sections);
        return sections;
    }

    /** A section whose keys are the user's own and whose values are single. */
    public Map<String, String> map(String name) {
        Section section = section(name);
        Map<String, String> map = new LinkedHashMap<>();
        for (String key : section.names()) {
            section.text(key).ifPresent(value -> map.put(key, value));
        }
        return map;
    }

    /** Whether the value is a section rather than a single value or a list. */
    public boolean isSection(String name) {
        return find(name).filter(found -> found instanceof Node.Fields).isPresent();
    }

    /** The value made into something, with a mistake told at its place. */
    public <T> Optional<T> value(String name, Function<String, T> reader) {
        return text(name).map(text -> {
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw wrong(name, String.valueOf(wrong.getMessage()));
            }
        });
    }

    /** Something made of this section's values, with a mistake told at the section. */
    public <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw wrong(String.valueOf(wrong.getMessage()));
        }
    }

    private <T> T parsed(String name, String text, String kind, Function<String, T> reader) {
        try {
            return reader.apply(text.trim());
        } catch (NumberFormatException _) {
            throw wrong(name, "must be " + kind + ", not '" + text + "'");
        }
    }

    /** A mistake at one of the keys. */
    public SettingsException wrong(String name, String message) {
        Node at = node.fields().get(name);
        return new SettingsException(file, at == null ? node.line() : at.line(), path(name), message);
    }

    /** A mistake of the section as a whole. */
    public SettingsException wrong(String message) {
        return new SettingsException(file, node.line(), path, message);
    }

    /** A name that nobody would see is put between quotes. */
    private String path(String name) {
        String shown = name.isBlank() ? "'" + name + "'" : name;
        return path.isEmpty() ? shown : path + "." + shown;
    }

    /** Paths of keys that were asked for and are not written, here and below: what a complete example still lacks. */
    public List<String> unwritten() {
        List<String> paths = new ArrayList<>();
        for (String name : known) {
            if (!node.fields().containsKey(name)) {
                paths.add(path(name));
            }
        }
        below.forEach(section -> paths.addAll(section.unwritten()));
        return paths;
    }

    /**
     * Refuses every key that nobody asked for, here and below.
     *
     * @throws SettingsException naming the key and the nearest right one
     */
    public void close() {
        for (String name : node.fields().keySet()) {
            if (!known.contains(name)) {
                String nearest = Nearest.to(name, known);
                throw wrong(name, "is not a setting" + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?"));
            }
        }
        below.forEach(Section::close);
    }
}
