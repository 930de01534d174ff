package dev.sluice;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Arrows go down: a room imports itself and lower floors, nothing else; each library stays in its own rooms. */
class FloorPlanTest {
    private static final String ROOT = "dev.sluice";

    /** From the bedrock upwards. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("model", "time"),
            Set.of("dialect", "limit", "metric", "config"),
            Set.of("account", "routing", "provider", "ledger"),
            Set.of("pipeline"),
            Set.of("job", "alert", "billing"),
            Set.of("http", "store"),
            Set.of("settings"),
            Set.of(""),
            Set.of("command"));

    /** Rooms whose inner rooms do not know each other; what they share stands in the room itself. */
    private static final Set<String> SPLIT_ROOMS = Set.of("dialect", "store");

    /** Which rooms may use which library; the root may use what it must to wire. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
            "tools.jackson", Set.of("dialect", "config", "http", "store"),
            "io.vertx", Set.of("http", "provider", ""),
            "io.netty", Set.of("http", "provider", ""),
            "java.net.http", Set.of("provider", "job", "alert", "billing", "command"),
            "java.sql", Set.of("store"),
            "org.sqlite", Set.of("store"),
            "io.prometheus", Set.of("metric"),
            "picocli", Set.of("command"),
            "sun.misc", Set.of("command"),
            "com.cronutils", Set.of("job"));

    /** Libraries of one inner room only: they are loaded where the settings ask for it and nowhere else. */
    private static final Map<String, String> INNER_LIBRARIES = Map.of(
            "com.github.kagkarlsson", ROOT + ".store.schedule",
            "io.lettuce", ROOT + ".store.redis",
            "reactor", ROOT + ".store.redis");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void arrowsGoDown() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : HOUSE) {
            for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
                JavaClass to = arrow.getTargetClass();
                if (to.getPackageName().startsWith(ROOT) && !mayUse(from.getPackageName(), to.getPackageName())) {
                    wrong.add(from.getName() + " -> " + to.getName());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Within a room, too: whoever reads a room from its lowest inner room upwards never has to look ahead. */
    @Test
    void noRoomsUseEachOther() {
        slices().matching("dev.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void librariesStayInTheirRooms() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : HOUSE) {
            for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
                String library = arrow.getTargetClass().getPackageName();
                LIBRARIES.forEach((prefix, rooms) -> {
                    if (library.startsWith(prefix) && !rooms.contains(room(from.getPackageName()))) {
                        wrong.add(from.getName() + " -> " + library);
                    }
                });
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void someLibrariesStayInOneInnerRoom() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : HOUSE) {
            for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
                String library = arrow.getTargetClass().getPackageName();
                INNER_LIBRARIES.forEach((prefix, room) -> {
                    if (library.startsWith(prefix) && !from.getPackageName().equals(room)) {
                        wrong.add(from.getName() + " -> " + library);
                    }
                });
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRoomHasAFloor() {
        Set<String> rooms = new TreeSet<>();
        HOUSE.forEach(type -> rooms.add(room(type.getPackageName())));
        assertThat(FLOORS.stream().flatMap(Set::stream)).containsAll(rooms);
    }

    private static boolean mayUse(String from, String to) {
        if (from.equals(to)) {
            return true;
        }
        int floorFrom = floor(room(from));
        int floorTo = floor(room(to));
        if (room(from).equals(room(to))) {
            return !SPLIT_ROOMS.contains(room(from))
                    || inner(from).isEmpty()
                    || inner(to).isEmpty()
                    || inner(from).equals(inner(to));
        }
        return floorTo < floorFrom;
    }

    /** Which inner room of its room it is, or in which it lies; empty where it is the room itself. */
    private static String inner(String packageName) {
        String[] names = packageName.substring(ROOT.length() + 1).split("\\.", -1);
        return names.length > 1 ? names[1] : "";
    }

    private static String room(String packageName) {
        if (packageName.equals(ROOT)) {
            return "";
        }
        String below = packageName.substring(ROOT.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    private static int floor(String room) {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(room)) {
                return floor;
            }
        }
        return -1;
    }
}
