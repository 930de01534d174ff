package dev.sluice.store.sqlite;

import dev.sluice.ledger.Amendment;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Intent;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Spending;
import dev.sluice.ledger.Spent;
import dev.sluice.ledger.book.Cell;
import dev.sluice.ledger.book.Figures;
import dev.sluice.ledger.book.SpendingSum;
import dev.sluice.ledger.book.SpentSum;
import dev.sluice.ledger.book.Standing;
import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.Savings;
import dev.sluice.model.Caller;
import dev.sluice.model.Money;
import dev.sluice.model.Operation;
import dev.sluice.model.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Attempts and amendments as a seed makes them, and what they add up to, found by going through them all. */
final class RandomBook {
    private static final Instant BEGIN = Instant.parse("2026-10-30T00:00:00Z");

    private final Random random;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Amendment> amendments = new ArrayList<>();

    RandomBook(long seed) {
        random = new Random(seed);
        for (int number = 0; number < 400; number++) {
            Attempt attempt = attempt("a" + number + "-" + (1 + random.nextInt(2)));
            attempts.add(attempt);
            for (int word = 0; word < random.nextInt(12) - 8; word++) {
                amendments.add(amendment(attempt, word));
            }
        }
    }

    private Attempt attempt(String id) {
        // Often right at the edge of an hour or of half of one.
        Instant at = BEGIN.plus(Duration.ofMinutes(15L * random.nextInt(4 * 24 * 5)))
                .plusNanos(random.nextBoolean() ? random.nextLong(900_000_000_000L) : -random.nextInt(2));
        Outcome.State state = List.of(Outcome.State.values()).get(random.nextInt(3));
        Intent intent = intent(id, at);
        return new Attempt(intent, outcome(id, at, state));
    }

    private Caller caller() {
        return new Caller(
                "key" + random.nextInt(2),
                "t" + random.nextInt(2),
                "",
                "u" + random.nextInt(3),
                "",
                "",
                "",
                random.nextBoolean() ? "" : "run" + random.nextInt(2));
    }

    private Intent intent(String id, Instant at) {
        Caller caller = caller();
        return new Intent(
                id,
                random.nextInt(4) == 0 ? "r-" + id : id.substring(0, id.indexOf('-')),
                number(id),
                at,
                caller,
                Operation.CHAT,
                "m",
                "p" + random.nextInt(2),
                "m",
                false,
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(new Money(random.nextInt(1000))),
                "v",
                "");
    }

    private Outcome outcome(String id, Instant at, Outcome.State state) {
        return new Outcome(
                id,
                state,
                at.plusSeconds(1),
                usage(),
                cost(),
                200,
                random.nextBoolean() ? "ok" : "server_error",
                "",
                "",
                savings(),
                0,
                0,
                0);
    }

    private Optional<Usage> usage() {
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new Usage(
                        9, random.nextInt(4), random.nextInt(4), 3, 0, random.nextBoolean(), Optional.empty()));
    }

    private Savings savings() {
        return new Savings(
                new Money(random.nextInt(9)),
                Money.ZERO,
                new Money(random.nextInt(9) - 5),
                random.nextBoolean() ? "" : "openai/gpt");
    }

    private Cost cost() {
        return switch (random.nextInt(4)) {
            case 0 -> new Cost.Free();
            case 1 -> new Cost.Unpriced();
            default -> new Cost.Priced(new Money(random.nextInt(1000)));
        };
    }

    private Amendment amendment(Attempt attempt, int number) {
        return new Amendment(
                attempt.intent().attemptId(),
                "w" + number,
                Samples.NOON.plusSeconds(random.nextInt(3)),
                random.nextBoolean() ? Outcome.State.SETTLED : Outcome.State.VOIDED,
                cost(),
                random.nextBoolean() ? Optional.empty() : Optional.of(Usage.estimate(7, 1)),
                "v2",
                "because");
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.indexOf('-') + 1));
    }

    List<Attempt> attempts() {
        return attempts;
    }

    List<Amendment> amendments() {
        return amendments;
    }

    /** Everything in any order, some of it twice, in batches of any size. */
    void write(Path path) throws IOException {
        List<Object> words = new ArrayList<>(attempts);
        words.addAll(amendments);
        words.addAll(amendments.subList(0, amendments.size() / 2));
        words.addAll(attempts.subList(0, 100));
        Collections.shuffle(words, random);
        long position = 0;
        while (!words.isEmpty()) {
            List<Object> some = words.subList(0, Math.min(words.size(), 1 + random.nextInt(80)));
            // Opened anew for each: what waits for its attempt must not be forgotten over a restart.
            try (SqliteArchive archive = SqliteArchive.open(path)) {
                archive.put(
                        some.stream()
                                .filter(Attempt.class::isInstance)
                                .map(Attempt.class::cast)
                                .toList(),
                        some.stream()
                                .filter(Amendment.class::isInstance)
                                .map(Amendment.class::cast)
                                .toList(),
                        ++position);
            }
            some.clear();
        }
    }

    /** The same once more, as a replay of the journal brings it. */
    int writeAgain(SqliteArchive archive) throws IOException {
        return archive.put(List.copyOf(attempts), List.copyOf(amendments), 999_999);
    }

    Standing standing(Attempt attempt) {
        return Standing.of(
                attempt,
                amendments.stream()
                        .filter(amendment ->
                                amendment.attemptId().equals(attempt.intent().attemptId()))
                        .toList());
    }

    List<Attempt> within(Instant from, Instant to) {
        return attempts.stream()
                .filter(attempt -> !attempt.intent().at().isBefore(from)
                        && attempt.intent().at().isBefore(to))
                .toList();
    }

    Spending sum(String name, List<Attempt> some) {
        SpendingSum sum = new SpendingSum();
        some.forEach(attempt -> sum.add(Cell.of(attempt, standing(attempt)), Figures.of(attempt, standing(attempt))));
        return sum.line(name);
    }

    Spending run(String name) {
        return sum(
                name,
                attempts.stream()
                        .filter(attempt -> attempt.intent().caller().run().equals(name))
                        .toList());
    }

    List<Spent> spent() {
        SpentSum spent = new SpentSum();
        attempts.forEach(
                attempt -> spent.add(Cell.of(attempt, standing(attempt)), Figures.of(attempt, standing(attempt))));
        return spent.lines();
    }
}
