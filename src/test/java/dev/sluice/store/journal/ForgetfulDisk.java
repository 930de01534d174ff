package dev.sluice.store.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A model of a disk below one folder: it knows what has been synced, and makes images of what may be there when the power
 * goes. Strict as POSIX is: a file's sync says nothing of its name, which lasts once its folder has been synced.
 */
final class ForgetfulDisk {
    private static final int SECTOR = 512;

    private final Path root;
    private final Map<Path, File> now = new HashMap<>();
    private final Map<Path, File> lasting = new HashMap<>();
    private final Map<Path, List<Map<Path, Optional<File>>>> names = new HashMap<>();

    /** What becomes of that which has not been synced. */
    enum Loss {
        ALL,
        /** Any sectors of any writes, in any order; of names any first part. */
        SOME,
        NONE
    }

    ForgetfulDisk(Path root) {
        this.root = root;
    }

    /** What was written into a file from an offset on, or where it was cut. */
    private sealed interface Change {
        record Write(long at, byte[] bytes) implements Change {}

        record Cut(long size) implements Change {}
    }

    /** Whatever has a name: a file with its contents, or a folder, which has none. */
    private static final class File {
        private final boolean folder;
        private byte[] synced = {};
        private final List<Change> changes = new ArrayList<>();

        private File(boolean folder) {
            this.folder = folder;
        }

        private void sync() {
            synced = image(Loss.NONE, new Random(0));
            changes.clear();
        }

        private byte[] image(Loss loss, Random random) {
            byte[] bytes = synced.clone();
            for (Change change : loss == Loss.ALL ? List.<Change>of() : changes) {
                bytes = switch (change) {
                    case Change.Cut(long size) ->
                        loss == Loss.NONE || random.nextBoolean() ? Arrays.copyOf(bytes, (int) size) : bytes;
                    case Change.Write write -> written(bytes, write, loss, random);
                };
            }
            return bytes;
        }

        private static byte[] written(byte[] bytes, Change.Write write, Loss loss, Random random) {
            byte[] result = bytes;
            int from = 0;
            while (from < write.bytes().length) {
                int at = (int) write.at() + from;
                int to = Math.min(write.bytes().length, from + SECTOR - at % SECTOR);
                if (loss == Loss.NONE || random.nextBoolean()) {
                    int end = at + to - from;
                    result = end > result.length ? Arrays.copyOf(result, end) : result;
                    System.arraycopy(write.bytes(), from, result, at, to - from);
                }
                from = to;
            }
            return result;
        }
    }

    boolean has(Path path) {
        return path.startsWith(root);
    }

    void make(Path path, boolean folder) {
        if (!now.containsKey(path)) {
            name(path, Map.of(path, Optional.of(new File(folder))));
        }
    }

    void rename(Path from, Path to) {
        name(to, Map.of(from, Optional.empty(), to, Optional.of(known(from))));
    }

    void remove(Path path) {
        name(path, Map.of(path, Optional.empty()));
    }

    private void name(Path path, Map<Path, Optional<File>> change) {
        names.computeIfAbsent(Optional.ofNullable(path.getParent()).orElseThrow(), _ -> new ArrayList<>())
                .add(change);
        apply(change, now);
    }

    private static void apply(Map<Path, Optional<File>> change, Map<Path, File> names) {
        change.forEach((path, file) -> {
            names.remove(path);
            file.ifPresent(there -> names.put(path, there));
        });
    }

    void write(Path path, long at, byte[] bytes) {
        known(path).changes.add(new Change.Write(at, bytes));
    }

    void cut(Path path, long size) {
        known(path).changes.add(new Change.Cut(size));
    }

    void sync(Path path) {
        if (path.equals(root) || known(path).folder) {
            names.getOrDefault(path, List.of()).forEach(change -> apply(change, lasting));
            names.remove(path);
        } else {
            known(path).sync();
        }
    }

    private File known(Path path) {
        return Optional.ofNullable(now.get(path)).orElseThrow(() -> new AssertionError("nobody has made " + path));
    }

    /** What may be there after a power failure just now, as real files. */
    void image(Path target, Loss loss, Random random) throws IOException {
        Map<Path, File> there = new HashMap<>(lasting);
        names.forEach((_, changes) -> {
            int kept = switch (loss) {
                case ALL -> 0;
                case SOME -> random.nextInt(changes.size() + 1);
                case NONE -> changes.size();
            };
            changes.subList(0, kept).forEach(change -> apply(change, there));
        });
        Files.createDirectories(target);
        for (Path path : there.keySet().stream().sorted().toList()) {
            Path copy = target.resolve(root.relativize(path));
            File file = Optional.ofNullable(there.get(path)).orElseThrow();
            if (file.folder) {
                Files.createDirectories(copy);
            } else if (Files.isDirectory(Optional.ofNullable(copy.getParent()).orElseThrow())) {
                Files.write(copy, file.image(loss, random));
            }
        }
    }
}
