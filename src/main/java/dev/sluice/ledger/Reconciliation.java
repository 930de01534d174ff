package dev.sluice.ledger;

import dev.sluice.ledger.price.Cost;
import dev.sluice.model.Money;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a provider's bill with the book. It reads both and changes neither. Pure.
 *
 * @param matched how many charges agree
 * @param ours the sum of what is booked as settled for what was compared
 * @param theirs the sum of the bill's charges
 * @param different what both know at different amounts
 * @param missingHere on the bill and not in the book, each once with all that is charged for it
 * @param missingThere in the book and not on the bill
 * @param twice charges that the bill has more than once for the same answer
 * @param refused lines of the bill that could not be taken
 * @param outside how many lines of the bill are for another time than was asked about; they are in no sum and no list
 */
public record Reconciliation(
        int matched,
        Money ours,
        Money theirs,
        List<String> different,
        List<String> missingHere,
        List<String> missingThere,
        List<String> twice,
        List<String> refused,
        int outside) {

    /** Whether the book and the bill say the same. */
    public boolean isClean() {
        return different.isEmpty()
                && missingHere.isEmpty()
                && missingThere.isEmpty()
                && twice.isEmpty()
                && refused.isEmpty();
    }

    /** Whether nothing was found that stands on both sides or is missing on one, and something could not be compared. */
    public boolean isNothing() {
        boolean compared = matched > 0
                || !different.isEmpty()
                || !missingHere.isEmpty()
                || !missingThere.isEmpty()
                || !twice.isEmpty();
        return !compared && (!refused.isEmpty() || outside > 0);
    }

    /** @param booked the attempts of the bill's provider and span */
    public static Reconciliation of(Bill bill, List<Attempt> booked) {
        return of(bill, booked, 0);
    }

    /** @param outside how many more lines the bill has, which are for another time */
    public static Reconciliation of(Bill bill, List<Attempt> booked, int outside) {
        return new Comparison(bill, booked).run(outside);
    }

    private record Day(LocalDate day, String model) {}

    private record Sum(Money amount, Money rounding) {
        Sum plus(Bill.Line line) {
            return new Sum(amount.plus(line.amount()), rounding.plus(line.rounding()));
        }
    }

    /** What the bill charges for an answer that the book does not know, all its lines together. */
    private record Unknown(String id, Money amount, int lines, String first, String last) {
        static Unknown of(String id, Bill.Line line) {
            return new Unknown(id, line.amount(), 1, line.place(), line.place());
        }

        Unknown plus(Unknown later) {
            return new Unknown(id, amount.plus(later.amount), lines + later.lines, first, later.last);
        }

        @Override
        public String toString() {
            return first + ": " + id + ": $" + amount + " there"
                    + (lines == 1 ? "" : ", in " + lines + " lines, the last of them " + last);
        }
    }

    private static final class Comparison {
        private static final Sum NOTHING = new Sum(Money.ZERO, Money.ZERO);

        private final Bill bill;
        private final List<Attempt> booked;
        private final Map<String, Attempt> byName = new HashMap<>();
        private final List<String> different = new ArrayList<>();
        private final List<String> missingHere = new ArrayList<>();
        private final List<String> missingThere = new ArrayList<>();
        private final List<String> twice = new ArrayList<>();
        private int matched;
        private Money ours = Money.ZERO;
        private Money theirs = Money.ZERO;

        Comparison(Bill bill, List<Attempt> booked) {
            this.bill = bill;
            this.booked = booked;
            for (Attempt attempt : booked) {
                byName.put(attempt.intent().attemptId(), attempt);
                if (!attempt.outcome().receipt().isEmpty()) {
                    byName.put(attempt.outcome().receipt(), attempt);
                }
            }
        }

        Reconciliation run(int outside) {
            booked.forEach(attempt -> ours = ours.plus(settled(attempt)));
            bill.lines().forEach(line -> theirs = theirs.plus(line.amount()));
            Set<String> seen = answers();
            boolean byDay = days(seen);
            if (!byDay) {
                for (Attempt attempt : booked) {
                    if (!seen.contains(attempt.intent().attemptId()) && mayCost(attempt)) {
                        missingThere.add(name(attempt) + ": " + says(attempt));
                    }
                }
            }
            return new Reconciliation(
                    matched, ours, theirs, different, missingHere, missingThere, twice, bill.refused(), outside);
        }

        /** @return the ids of the attempts that the bill names */
        private Set<String> answers() {
            Set<String> seen = new HashSet<>();
            Map<String, Unknown> unknown = new LinkedHashMap<>();
            for (Bill.Line line : bill.lines()) {
                if (line.what() instanceof Bill.What.Answer(String id)) {
                    Optional<Attempt> attempt = Optional.ofNullable(byName.get(id));
                    if (attempt.isEmpty()) {
                        unknown.merge(id, Unknown.of(id, line), Unknown::plus);
                    } else if (seen.add(attempt.get().intent().attemptId())) {
                        compare(line, attempt.get());
                    } else {
                        twice.add(line.place() + ": " + id + ": $" + line.amount() + " once more");
                    }
                }
            }
            unknown.values().forEach(missing -> missingHere.add(missing.toString()));
            return seen;
        }

        private void compare(Bill.Line line, Attempt attempt) {
            boolean known = attempt.outcome().state() != Outcome.State.IN_DOUBT
                    && !(attempt.outcome().cost() instanceof Cost.Unpriced);
            if (known && agree(settled(attempt), new Sum(line.amount(), line.rounding()))) {
                matched++;
            } else {
                different.add(
                        line.place() + ": " + name(attempt) + ": " + says(attempt) + ", $" + line.amount() + " there");
            }
        }

        /**
         * What the bill charges for days is for what it does not name by itself.
         *
         * @param named the ids of the attempts that it does
         * @return whether the bill has days at all
         */
        private boolean days(Set<String> named) {
            Map<Day, Sum> there = new LinkedHashMap<>();
            for (Bill.Line line : bill.lines()) {
                if (line.what() instanceof Bill.What.Day(LocalDate day, String model)) {
                    Day key = new Day(day, model);
                    there.put(key, there.getOrDefault(key, NOTHING).plus(line));
                }
            }
            if (there.isEmpty()) {
                return false;
            }
            Map<Day, Money> here = new LinkedHashMap<>();
            for (Attempt attempt : booked) {
                if (named.contains(attempt.intent().attemptId())) {
                    continue;
                }
                here.merge(day(attempt), settled(attempt), Money::plus);
            }
            Set<Day> all = new LinkedHashSet<>(there.keySet());
            all.addAll(here.keySet());
            all.forEach(day -> compare(day, Optional.ofNullable(here.get(day)), Optional.ofNullable(there.get(day))));
            return true;
        }

        private void compare(Day day, Optional<Money> here, Optional<Sum> there) {
            String name = day.day() + " " + day.model() + ": ";
            if (there.isEmpty()) {
                if (here.orElse(Money.ZERO).nanos() > 0) {
                    missingThere.add(name + "$" + here.orElseThrow() + " here");
                }
            } else if (here.isEmpty()) {
                missingHere.add(name + "$" + there.get().amount() + " there");
            } else if (agree(here.get(), there.get())) {
                matched++;
            } else {
                different.add(name + "$" + here.get() + " here, $" + there.get().amount() + " there");
            }
        }

        private static Day day(Attempt attempt) {
            return new Day(
                    LocalDate.ofInstant(attempt.intent().at(), ZoneOffset.UTC),
                    attempt.intent().model());
        }

        private static boolean agree(Money here, Sum there) {
            long apart = Math.abs(here.nanos() - there.amount().nanos());
            return apart <= there.rounding().nanos();
        }

        private static Money settled(Attempt attempt) {
            return attempt.outcome().state() == Outcome.State.SETTLED
                            && attempt.outcome().cost() instanceof Cost.Priced(Money amount)
                    ? amount
                    : Money.ZERO;
        }

        private static boolean mayCost(Attempt attempt) {
            return attempt.outcome().state() != Outcome.State.VOIDED
                    && !(attempt.outcome().cost() instanceof Cost.Free)
                    && !attempt.outcome().cost().equals(new Cost.Priced(Money.ZERO));
        }

        private static String name(Attempt attempt) {
            String receipt = attempt.outcome().receipt();
            return attempt.intent().attemptId() + (receipt.isEmpty() ? "" : " (" + receipt + ")");
        }

        private static String says(Attempt attempt) {
            return switch (attempt.outcome().state()) {
                case SETTLED -> "$" + attempt.outcome().cost() + " here";
                case VOIDED -> "voided here";
                case IN_DOUBT -> "in doubt here, at most $" + attempt.outcome().cost();
            };
        }
    }
}
