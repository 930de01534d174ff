package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the formatter and the compiler do not look at. */
class TidyTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path ALL = Path.of("src");
    private static final int LONGEST_FILE = 400;

    @Test
    void filesHoldOneIdeaAndStayShort() {
        assertThat(javaFiles(MAIN).filter(file -> lines(file).size() > LONGEST_FILE))
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> bare = new ArrayList<>();
        javaFiles(MAIN).map(Path::getParent).distinct().forEach(folder -> {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || lines(info).stream().noneMatch("@NullMarked"::equals)) {
                bare.add(folder);
            }
        });
        assertThat(bare).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
        assertThat(javaFiles(ALL).filter(file -> lines(file).stream().anyMatch(later.asPredicate())))
                .isEmpty();
    }

    @Test
    void moneyIsNeverAFloatingPointNumber() {
        Pattern floating = Pattern.compile("\\b(double|float|Double|Float)\\b");
        assertThat(Stream.concat(
                                javaFiles(MAIN.resolve("dev/sluice/ledger")),
                                Stream.of(MAIN.resolve("dev/sluice/model/Money.java")))
                        .filter(file -> code(file).anyMatch(floating.asPredicate())))
                .isEmpty();
    }

    @Test
    void theClocksAreReadInOnePlaceOnly() {
        Pattern clock = Pattern.compile(
                "Instant\\.now\\(\\)|System(\\.|::)(currentTimeMillis|nanoTime)|LocalDate\\.now\\(|InstantSource\\.system|Clock\\.system");
        assertThat(javaFiles(MAIN)
                        .filter(file -> !file.startsWith(MAIN.resolve("dev/sluice/time")))
                        .filter(file -> code(file).anyMatch(clock.asPredicate())))
                .isEmpty();
    }

    private static Stream<Path> javaFiles(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> code(Path file) {
        return lines(file).stream()
                .map(String::strip)
                .filter(line -> !line.startsWith("*") && !line.startsWith("/*") && !line.startsWith("//"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
